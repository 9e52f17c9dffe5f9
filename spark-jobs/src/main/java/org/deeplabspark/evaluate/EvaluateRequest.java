package org.deeplabspark.evaluate;

import java.util.List;
import org.deeplabspark.metric.MeanIou;

/**
 * What {@code evaluate} is asked.
 *
 * @param predictions output directory of {@code segment}, its {@code masks} table, or a folder of
 *     PNG masks
 * @param truth folder of palette or 8-bit grey PNGs of class ids
 * @param output directory for the counts
 * @param suffixes what image ids and truth names end with where they differ
 * @param voidLabel truth id that counts nowhere, 0..255; -1: none
 * @param convention of the mean IoU that is printed and gated
 * @param classNames of PNG predictions, in order; empty: unknown. A masks table brings its own
 */
public record EvaluateRequest(
    String predictions,
    String truth,
    String output,
    Suffixes suffixes,
    int voidLabel,
    MeanIou convention,
    List<String> classNames) {

  /**
   * Endings to take off before ids are compared.
   *
   * @param image of image ids, for example {@code _leftImg8bit}; may be empty
   * @param truth of truth names without extension, for example {@code _gtFine_labelTrainIds}; truth
   *     files that do not end so are other things and left out
   */
  public record Suffixes(String image, String truth) {

    /** Ids are equal as they are. */
    public static final Suffixes NONE = new Suffixes("", "");

    /** Reads {@code TRUTH} or {@code IMAGE=TRUTH}. */
    public static Suffixes parse(String text) {
      int equals = text.indexOf('=');
      return equals < 0
          ? new Suffixes("", text)
          : new Suffixes(text.substring(0, equals), text.substring(equals + 1));
    }
  }
}
