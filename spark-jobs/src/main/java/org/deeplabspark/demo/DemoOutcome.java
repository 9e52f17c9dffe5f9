package org.deeplabspark.demo;

import java.util.Locale;
import org.deeplabspark.evaluate.Evaluation;
import org.deeplabspark.metric.ClassIou;

/**
 * What the demo found.
 *
 * @param raw the network's own masks against the truth
 * @param refined the masks after the CRF against the same truth
 * @param output directory of everything, as it was asked for
 */
public record DemoOutcome(Evaluation raw, Evaluation refined, String output) {

  /**
   * What the command prints: IoU by class without and with CRF in percent, and where things are.
   */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(String.format("%-12s %9s %9s %7s%n", "class", "network", "+ CRF", "gain"));
    for (ClassIou iou : raw.matrix().perClass()) {
      double after = refined.matrix().iou(iou.classId()).iou();
      text.append(line(raw.classNames().get(iou.classId()), iou.iou(), after));
    }
    text.append(line("mean IoU", raw.meanIou(), refined.meanIou()));
    text.append(line("pixel acc.", raw.matrix().pixelAccuracy(), refined.matrix().pixelAccuracy()));
    text.append(String.format("%nmasks without CRF  %s/network/masks%n", output));
    text.append(String.format("masks with CRF     %s/refined/masks%n", output));
    text.append(String.format("report             %s/index.html", output));
    return text.toString();
  }

  private static String line(String name, double before, double after) {
    return String.format(
        Locale.ROOT,
        "%-12s %8.2f%% %8.2f%% %+7.2f%n",
        name,
        100 * before,
        100 * after,
        100 * (after - before));
  }
}
