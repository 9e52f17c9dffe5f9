package org.deeplabspark.crf;

import java.io.Serializable;
import java.util.List;

/** Maps a kernel's filtered marginals, its messages, to energies of labels. */
public sealed interface Compatibility extends Serializable {

  /**
   * Energy of a label for a message of 1.
   *
   * @param label whose energy
   * @param other whose message
   */
  float energy(int label, int other);

  /**
   * Checks that it is for a number of labels.
   *
   * @throws IllegalArgumentException if it is for another
   */
  default void requireLabels(int labels) {}

  /**
   * Rewards equal labels: the energy of label l changes by -weight * message(l).
   *
   * @param weight finite; positive where similar pixels should agree
   */
  record Potts(float weight) implements Compatibility {
    /**
     * Checks the weight.
     *
     * @throws IllegalArgumentException if it is NaN or infinite
     */
    public Potts {
      requireFinite(weight);
    }

    @Override
    public float energy(int label, int other) {
      return label == other ? -weight : 0;
    }
  }

  /**
   * One weight a label: the energy of label l changes by weights(l) * message(l), without the minus
   * of {@link Potts}.
   *
   * @param weights finite, one a label
   */
  record Diagonal(List<Float> weights) implements Compatibility {
    /**
     * Copies and checks the weights.
     *
     * @throws IllegalArgumentException if there are none, or one is NaN or infinite
     */
    public Diagonal {
      weights = List.copyOf(weights);
      if (weights.isEmpty()) {
        throw new IllegalArgumentException(
            "Invalid compatibility: a weight for each label, got none");
      }
      weights.forEach(Compatibility::requireFinite);
    }

    @Override
    public void requireLabels(int labels) {
      Compatibility.requireSame(weights.size(), labels);
    }

    @Override
    public float energy(int label, int other) {
      return label == other ? weights.get(label) : 0;
    }
  }

  /**
   * Any pair of labels: the energy of label l changes by sum over m of S(l, m) * message(m), where
   * S is the mean of the matrix and its transpose; without the minus of {@link Potts}.
   *
   * @param rows finite, square, one row a label
   */
  record Matrix(List<List<Float>> rows) implements Compatibility {
    /**
     * Copies and checks the rows.
     *
     * @throws IllegalArgumentException if they are not a square, or a weight is NaN or infinite
     */
    public Matrix {
      rows = rows.stream().map(List::copyOf).toList();
      if (rows.isEmpty()) {
        throw new IllegalArgumentException(
            "Invalid compatibility: a weight for each label, got none");
      }
      for (List<Float> row : rows) {
        if (row.size() != rows.size()) {
          throw new IllegalArgumentException(
              String.format(
                  "Invalid compatibility: a square matrix, got %d rows with one of %d weights",
                  rows.size(), row.size()));
        }
        row.forEach(Compatibility::requireFinite);
      }
    }

    @Override
    public void requireLabels(int labels) {
      Compatibility.requireSame(rows.size(), labels);
    }

    @Override
    public float energy(int label, int other) {
      return 0.5f * (rows.get(label).get(other) + rows.get(other).get(label));
    }
  }

  private static void requireSame(int own, int labels) {
    if (own != labels) {
      throw new IllegalArgumentException(
          String.format("Invalid compatibility: must be for %d labels, got %d", labels, own));
    }
  }

  private static void requireFinite(float weight) {
    if (!Float.isFinite(weight)) {
      throw new IllegalArgumentException("Invalid compatibility: finite weights, got " + weight);
    }
  }
}
