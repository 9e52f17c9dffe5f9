package org.deeplabspark.network;

import java.util.Arrays;
import java.util.List;

/**
 * Name and shape of one parameter array.
 *
 * @param name the layer's name and {@code .weight}, {@code .bias}, {@code .running_mean} or {@code
 *     .running_var}
 * @param shape convolution weights are [out][in][kernel][kernel]
 */
public record ParameterSpec(String name, List<Integer> shape) {

  /** Copies the shape. */
  public ParameterSpec {
    shape = List.copyOf(shape);
  }

  /** A parameter of these sizes. */
  public static ParameterSpec of(String name, int... shape) {
    return new ParameterSpec(name, Arrays.stream(shape).boxed().toList());
  }

  /** Number of values: the product of the shape. */
  public int length() {
    return shape.stream().reduce(1, Math::multiplyExact);
  }
}
