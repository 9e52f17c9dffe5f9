package org.deeplabspark.model;

import java.io.Serializable;
import org.deeplabspark.tensor.AlignCorners;
import org.deeplabspark.tensor.OutputKind;

/**
 * What a network gives: a score map of the input's size divided by the stride.
 *
 * @param name the output's name in the weights file
 * @param layout order of dimensions
 * @param kind what the numbers mean
 * @param stride input pixels a score stands for, at least 1; a map has ceil(size / stride) rows and
 *     columns
 * @param alignCorners how scores are brought to the input's size
 */
public record ModelOutput(
    String name, TensorLayout layout, OutputKind kind, int stride, AlignCorners alignCorners)
    implements Serializable {

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the name is blank or the stride below 1
   */
  public ModelOutput {
    if (name.isBlank()) {
      throw new IllegalArgumentException("Invalid output: its name is blank");
    }
    if (stride < 1) {
      throw new IllegalArgumentException(
          "Invalid output: stride must be at least 1, got " + stride);
    }
  }

  /**
   * Rows or columns of the score map.
   *
   * @param inputLength rows or columns of the input
   */
  public int scores(int inputLength) {
    return (inputLength + stride - 1) / stride;
  }
}
