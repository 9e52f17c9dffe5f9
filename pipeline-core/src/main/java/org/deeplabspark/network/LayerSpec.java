package org.deeplabspark.network;

import java.util.List;

/** One layer of a {@link NetworkSpec}. Its name is also the name of its output. */
public sealed interface LayerSpec {

  /** Unique within the network; parameter names begin with it. */
  String name();

  /** Names of the layers (or of the network's input) that it reads. */
  List<String> inputs();

  /** Channels of its output. */
  int channels();

  /** Its parameters in a fixed order; empty for most kinds. */
  default List<ParameterSpec> parameters() {
    return List.of();
  }

  /**
   * Square atrous convolution, NCHW, zero padding.
   *
   * @param inChannels channels read
   * @param channels filters
   * @param kernel taps in a row and in a column
   * @param stride step between outputs
   * @param pad zeros on each side, in pixels
   * @param rate step between taps; 1 is a plain convolution
   * @param bias whether it adds one value a filter
   * @param classifier whether it scores classes: such layers learn at a rate of their own
   */
  record Convolution(
      String name,
      String input,
      int inChannels,
      int channels,
      int kernel,
      int stride,
      int pad,
      int rate,
      boolean bias,
      boolean classifier)
      implements LayerSpec {

    /** Checks the sizes. */
    public Convolution {
      if (inChannels < 1 || channels < 1 || kernel < 1 || stride < 1 || rate < 1 || pad < 0) {
        throw new IllegalArgumentException(
            String.format(
                "Invalid convolution %s: sizes must be positive, got %d to %d channels, kernel %d,"
                    + " stride %d, pad %d, rate %d",
                name, inChannels, channels, kernel, stride, pad, rate));
      }
    }

    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    /** Taps and the holes between them: k + (k - 1)(r - 1). */
    public int effectiveKernel() {
      return kernel + (kernel - 1) * (rate - 1);
    }

    /** Rows (or columns) that come out of a number of them; rounded down. */
    public int outputSize(int size) {
      return (size + 2 * pad - effectiveKernel()) / stride + 1;
    }

    @Override
    public List<ParameterSpec> parameters() {
      ParameterSpec weight =
          ParameterSpec.of(name + ".weight", channels, inChannels, kernel, kernel);
      return bias ? List.of(weight, ParameterSpec.of(name + ".bias", channels)) : List.of(weight);
    }
  }

  /**
   * Batch normalisation with learned scale and shift; stored statistics at inference.
   *
   * @param epsilon added to the variance
   */
  record BatchNorm(String name, String input, int channels, double epsilon) implements LayerSpec {

    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public List<ParameterSpec> parameters() {
      return List.of(
          ParameterSpec.of(name + ".weight", channels),
          ParameterSpec.of(name + ".bias", channels),
          ParameterSpec.of(name + ".running_mean", channels),
          ParameterSpec.of(name + ".running_var", channels));
    }
  }

  /** max(x, 0). */
  record Relu(String name, String input, int channels) implements LayerSpec {

    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /** Element-wise sum of layers of equal shape. */
  record Sum(String name, List<String> inputs, int channels) implements LayerSpec {

    /** Copies the list. */
    public Sum {
      inputs = List.copyOf(inputs);
    }
  }
}
