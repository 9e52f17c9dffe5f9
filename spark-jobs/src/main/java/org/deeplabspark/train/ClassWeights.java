package org.deeplabspark.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a pixel of each class weighs in the loss.
 *
 * @param kind how the weights are found
 * @param given one a class for {@link Kind#GIVEN}; else empty
 */
public record ClassWeights(Kind kind, List<Double> given) {

  /** Ways to weights. */
  public enum Kind {
    /** All the same. */
    EQUAL,
    /**
     * The median of all classes' shares over the class's own: rare classes weigh more (Eigen and
     * Fergus 2015, section 6.2).
     */
    MEDIAN_FREQUENCY,
    /** Said by the user. */
    GIVEN
  }

  /** Copies the list. */
  public ClassWeights {
    given = List.copyOf(given);
  }

  /**
   * Reads {@code equal}, {@code median-frequency} or one weight a class, separated by commas.
   *
   * @throws IllegalArgumentException if it is none of them, or weights are not one a class,
   *     positive or zero, and one at least positive
   */
  public static ClassWeights parse(String text, int classes) {
    switch (text) {
      case "equal" -> {
        return new ClassWeights(Kind.EQUAL, List.of());
      }
      case "median-frequency" -> {
        return new ClassWeights(Kind.MEDIAN_FREQUENCY, List.of());
      }
      default -> {
        List<Double> weights = new ArrayList<>();
        try {
          Arrays.stream(text.split(",", -1))
              .map(String::strip)
              .map(Double::valueOf)
              .forEach(weights::add);
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException(
              "Invalid --class-weights: must be equal, median-frequency or numbers, got " + text,
              e);
        }
        boolean valid = weights.stream().allMatch(weight -> weight >= 0 && weight < 1e6);
        if (weights.size() != classes || !valid || weights.stream().allMatch(w -> w == 0)) {
          throw new IllegalArgumentException(
              String.format(
                  "Invalid --class-weights: must be %d numbers from 0 on, not all 0, got %s",
                  classes, text));
        }
        return new ClassWeights(Kind.GIVEN, weights);
      }
    }
  }

  /** One weight a class for a data set. A class that does not occur there weighs nothing. */
  float[] of(ClassFrequency frequency, int classes) {
    float[] weights = new float[classes];
    for (int c = 0; c < classes; c++) {
      double share = frequency.share(c);
      weights[c] =
          (float)
              switch (kind) {
                case EQUAL -> 1.0;
                case GIVEN -> given.get(c);
                case MEDIAN_FREQUENCY -> Double.isNaN(share) ? 0 : frequency.medianShare() / share;
              };
    }
    return weights;
  }

  @Override
  public String toString() {
    return kind == Kind.GIVEN
        ? given.toString()
        : kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
