package org.deeplabspark.evaluate;

import java.util.Optional;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.metric.Trimap;

/**
 * What {@code evaluate} is asked.
 *
 * @param predictions output directory of {@code segment}, its {@code masks} table, or a folder of
 *     PNG masks
 * @param truth what they are compared with
 * @param output directory for the counts
 * @param labels what predicted labels mean
 * @param convention of the mean IoU that is printed and gated
 * @param boundary where trimap bands begin; empty: boundaries are not measured
 * @param slicing groups of images to be counted apart; empty: none
 */
public record EvaluateRequest(
    String predictions,
    Truth truth,
    String output,
    PredictedLabels labels,
    MeanIou convention,
    Optional<Trimap.Border> boundary,
    Optional<Slicing> slicing) {

  /** Masks of the truth's ids, by the convention {@code present}, as a whole. */
  public static EvaluateRequest of(String predictions, Truth truth, String output) {
    return new EvaluateRequest(
        predictions,
        truth,
        output,
        PredictedLabels.PLAIN,
        MeanIou.PRESENT,
        Optional.empty(),
        Optional.empty());
  }

  /** The same with other meanings of predicted labels. */
  public EvaluateRequest withLabels(PredictedLabels other) {
    return new EvaluateRequest(predictions, truth, output, other, convention, boundary, slicing);
  }

  /** The same by another convention. */
  public EvaluateRequest withConvention(MeanIou other) {
    return new EvaluateRequest(predictions, truth, output, labels, other, boundary, slicing);
  }

  /** The same, measuring boundaries too. */
  public EvaluateRequest withBoundary(Trimap.Border border) {
    return new EvaluateRequest(
        predictions, truth, output, labels, convention, Optional.of(border), slicing);
  }
}
