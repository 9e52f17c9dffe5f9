package org.deeplabspark.evaluate;

import java.util.List;
import java.util.Locale;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.table.SliceRow;

/** The lines that the command prints about slices. */
final class SliceText {

  /** Slices on the console; the table has all. */
  private static final int SHOWN = 40;

  private SliceText() {}

  /** One line a slice; empty for no slices. */
  static String of(List<SliceRow> slices, MeanIou convention) {
    StringBuilder text = new StringBuilder();
    for (SliceRow slice : slices.subList(0, Math.min(SHOWN, slices.size()))) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n%s = %s: mIoU %s, pixel accuracy %s, %d images",
              slice.slice(),
              slice.value() == null ? "(none)" : slice.value(),
              Percent.of(slice.figures().meanIou(convention)),
              Percent.of(slice.figures().pixelAccuracy()),
              slice.images()));
    }
    if (slices.size() > SHOWN) {
      text.append(String.format("%n(%d more in the slices table)", slices.size() - SHOWN));
    }
    return text.toString();
  }
}
