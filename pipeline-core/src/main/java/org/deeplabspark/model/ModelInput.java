package org.deeplabspark.model;

import java.io.Serializable;
import java.util.List;
import org.deeplabspark.network.NetworkSpec;

/**
 * What a network takes: (v - mean) * scale for each channel of a pixel v in 0..255.
 *
 * @param name the input's name in the weights file
 * @param layout order of dimensions
 * @param channelOrder order of colours; {@code mean}, {@code scale} and {@code pad} follow it
 * @param mean of each channel, 3 finite numbers, in pixel values
 * @param scale of each channel, 3 finite numbers but not 0
 * @param pad what fills an input beyond the photograph, 3 finite numbers, in pixel values before
 *     mean and scale
 * @param size how a photograph gets its size
 */
public record ModelInput(
    String name,
    TensorLayout layout,
    ChannelOrder channelOrder,
    List<Double> mean,
    List<Double> scale,
    List<Double> pad,
    SizePolicy size)
    implements Serializable {

  /**
   * Copies the lists and checks the parts.
   *
   * @throws IllegalArgumentException if a part is out of its range
   */
  public ModelInput {
    if (name.isBlank()) {
      throw new IllegalArgumentException("Invalid input: its name is blank");
    }
    mean = three("mean", mean);
    scale = three("scale", scale);
    pad = three("pad", pad);
    if (scale.contains(0.0)) {
      throw new IllegalArgumentException("Invalid input: scale must not be 0, got " + scale);
    }
  }

  /**
   * What a network described here takes: NCHW, padded with the mean, in sizes that its scores fill.
   *
   * @param mean of each channel, in the order of the colours
   * @param scale of each channel
   */
  public static ModelInput of(
      NetworkSpec network, ChannelOrder channelOrder, List<Double> mean, List<Double> scale) {
    return new ModelInput(
        NetworkSpec.INPUT,
        TensorLayout.NCHW,
        channelOrder,
        mean,
        scale,
        mean,
        new SizePolicy.Free(network.outputStride(), network.sizeRemainder()));
  }

  private static List<Double> three(String what, List<Double> values) {
    if (values.size() != 3 || !values.stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(
          String.format("Invalid input: %s must be 3 finite numbers, got %s", what, values));
    }
    return List.copyOf(values);
  }
}
