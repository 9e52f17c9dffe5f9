package org.deeplabspark.sweep;

import java.util.ArrayList;
import java.util.List;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.Interval;
import org.deeplabspark.metric.MeanIou;

/**
 * What a candidate reached.
 *
 * @param setting the candidate
 * @param overlaps of all classes over all images
 * @param meanIou by the asked convention, 0..1; NaN where no class qualifies
 * @param interval of the mean IoU
 * @param gain interval of the mean IoU minus the baseline's on the same images
 */
record SettingScore(
    SweepSetting setting,
    List<ClassIou> overlaps,
    double meanIou,
    Interval interval,
    Interval gain) {

  static SettingScore of(SweepSetting setting, List<ClassIou> overlaps, MeanIou convention) {
    return new SettingScore(
        setting,
        List.copyOf(overlaps),
        convention.mean(overlaps),
        Interval.UNDEFINED,
        Interval.UNDEFINED);
  }

  SettingScore with(Interval own, Interval overBaseline) {
    return new SettingScore(setting, overlaps, meanIou, own, overBaseline);
  }

  /** Share of the pixels that were labelled right, 0..1; NaN without pixels. */
  double pixelAccuracy() {
    double truth = 0;
    double right = 0;
    for (ClassIou overlap : overlaps) {
      truth += overlap.truthPixels();
      right += overlap.intersection();
    }
    return right / truth;
  }

  /** The row of {@code settings}. */
  List<Object> columns(double baseline) {
    List<Object> columns = new ArrayList<>(setting.columns());
    for (double value :
        new double[] {
          meanIou,
          interval.low(),
          interval.high(),
          meanIou - baseline,
          gain.low(),
          gain.high(),
          pixelAccuracy()
        }) {
      columns.add(Double.isNaN(value) ? null : value);
    }
    return columns;
  }
}
