package org.deeplabspark.evaluate;

import java.util.List;
import java.util.Optional;
import org.deeplabspark.dataset.LabelLayout;
import org.deeplabspark.dataset.LabelMap;

/**
 * What predicted labels mean; without any of it, ids are the truth's classes.
 *
 * @param classNames of PNG predictions, in order; empty: unknown. A masks table brings its own
 * @param layout of PNG predictions
 * @param map from predicted classes to the truth's
 */
public record PredictedLabels(
    List<String> classNames, Optional<LabelLayout> layout, Optional<LabelMap> map) {

  /** Ids are the truth's classes. */
  public static final PredictedLabels PLAIN = named(List.of());

  /** Copies the names. */
  public PredictedLabels {
    classNames = List.copyOf(classNames);
  }

  /** Ids of named classes. */
  public static PredictedLabels named(List<String> classNames) {
    return new PredictedLabels(classNames, Optional.empty(), Optional.empty());
  }
}
