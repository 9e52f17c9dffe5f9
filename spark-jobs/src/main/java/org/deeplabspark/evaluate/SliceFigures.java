package org.deeplabspark.evaluate;

import java.util.List;
import java.util.Locale;
import org.deeplabspark.metric.Figures;
import org.deeplabspark.metric.MeanIou;

/**
 * One slice of the images.
 *
 * @param slice name of the column or group
 * @param value what its images have there; null for images that have nothing
 * @param images in the slice
 * @param figures over the slice's images
 */
public record SliceFigures(String slice, String value, long images, Figures figures) {

  /** Slices on the console; the table has all. */
  private static final int SHOWN = 40;

  /** Lines for the console; empty for no slices. */
  static String table(List<SliceFigures> slices, MeanIou convention) {
    StringBuilder text = new StringBuilder();
    for (SliceFigures slice : slices.subList(0, Math.min(SHOWN, slices.size()))) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n%s = %s: mIoU %s, pixel accuracy %s, %d images",
              slice.slice(),
              slice.value() == null ? "(none)" : slice.value(),
              Evaluation.percent(slice.figures().meanIou(convention)),
              Evaluation.percent(slice.figures().pixelAccuracy()),
              slice.images()));
    }
    if (slices.size() > SHOWN) {
      text.append(String.format("%n(%d more in the slices table)", slices.size() - SHOWN));
    }
    return text.toString();
  }
}
