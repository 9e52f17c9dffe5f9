package org.deeplabspark.evaluate;

import java.util.List;
import java.util.Optional;
import org.deeplabspark.dataset.LabelLayout;
import org.deeplabspark.dataset.LabelMap;
import org.deeplabspark.dataset.Suffixes;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.metric.Trimap;

/**
 * What {@code evaluate} is asked.
 *
 * @param predictions output directory of {@code segment}, its {@code masks} table, or a folder of
 *     PNG masks
 * @param truth folder of PNGs
 * @param output directory for the counts
 * @param suffixes what image ids and truth names end with where they differ; {@link Suffixes#NONE}
 *     leaves it to the truth's layout
 * @param voidLabel truth id that counts nowhere, 0..255; -1: none beside the layout's
 * @param convention of the mean IoU that is printed and gated
 * @param classNames of PNG predictions, in order; empty: unknown. A masks table brings its own
 * @param layouts what labels mean
 * @param boundary where trimap bands begin; empty: boundaries are not measured
 * @param slicing groups of images to be counted apart; empty: none
 */
public record EvaluateRequest(
    String predictions,
    String truth,
    String output,
    Suffixes suffixes,
    int voidLabel,
    MeanIou convention,
    List<String> classNames,
    Layouts layouts,
    Optional<Trimap.Border> boundary,
    Optional<Slicing> slicing) {

  /** A request about masks of plain ids, without boundaries and slices. */
  public EvaluateRequest(
      String predictions,
      String truth,
      String output,
      Suffixes suffixes,
      int voidLabel,
      MeanIou convention,
      List<String> classNames) {
    this(
        predictions,
        truth,
        output,
        suffixes,
        voidLabel,
        convention,
        classNames,
        Layouts.PLAIN,
        Optional.empty(),
        Optional.empty());
  }

  /** Endings of names: the ones that were asked, else the layout's. */
  Suffixes endings() {
    return layouts.truth().map(suffixes::orThoseOf).orElse(suffixes);
  }

  /**
   * What labels mean; without any of it, ids are classes.
   *
   * @param truth of the truth
   * @param predictions of PNG predictions
   * @param map from predicted classes to the truth's
   * @param panopticJson of a panoptic truth; empty: TRUTH.json beside the folder TRUTH
   */
  public record Layouts(
      Optional<LabelLayout> truth,
      Optional<LabelLayout> predictions,
      Optional<LabelMap> map,
      Optional<String> panopticJson) {

    /** Ids are classes. */
    public static final Layouts PLAIN =
        new Layouts(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** A known truth whose classes are the predicted ones. */
    public static Layouts of(LabelLayout truth) {
      return new Layouts(Optional.of(truth), Optional.empty(), Optional.empty(), Optional.empty());
    }
  }
}
