package org.deeplabspark.network;

import java.util.List;
import java.util.function.UnaryOperator;

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

  /** Rows (or columns) that come out of a number of them. */
  default int outputSize(int size) {
    return size;
  }

  /** The same layer with every input's name replaced. */
  LayerSpec reading(UnaryOperator<String> rename);

  /** A layer whose outputs each see a square window of its input. */
  sealed interface Window extends LayerSpec {

    /** Side of the window in rows (or columns) of the input, holes included. */
    int effectiveKernel();

    /** Step between outputs, in rows (or columns) of the input. */
    int stride();
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
      implements Window {

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
    @Override
    public int effectiveKernel() {
      return kernel + (kernel - 1) * (rate - 1);
    }

    /** Rounded down: rows (or columns) that no whole kernel reaches give nothing. */
    @Override
    public int outputSize(int size) {
      return (size + 2 * pad - effectiveKernel()) / stride + 1;
    }

    @Override
    public Convolution reading(UnaryOperator<String> rename) {
      return new Convolution(
          name,
          rename.apply(input),
          inChannels,
          channels,
          kernel,
          stride,
          pad,
          rate,
          bias,
          classifier);
    }

    /** The same layer, adding one value a filter. */
    public Convolution withBias() {
      return new Convolution(
          name, input, inChannels, channels, kernel, stride, pad, rate, true, classifier);
    }

    @Override
    public List<ParameterSpec> parameters() {
      ParameterSpec weight =
          ParameterSpec.of(name + ".weight", channels, inChannels, kernel, kernel);
      return bias ? List.of(weight, ParameterSpec.of(name + ".bias", channels)) : List.of(weight);
    }
  }

  /**
   * Largest value of a square window; what lies outside the input counts for nothing.
   *
   * <p>The number of outputs is rounded up, as in the framework that the paper's networks were
   * published for (Caffe); PyTorch and ONNX call it {@code ceil_mode}. Its input must not be
   * negative, as that of a pooling after a ReLU is not: an engine may pad with zeros.
   *
   * @param kernel rows and columns of the window
   * @param stride step between outputs
   * @param pad rows and columns by which the first window reaches over the edge
   */
  record MaxPool(String name, String input, int channels, int kernel, int stride, int pad)
      implements Window {

    /** Checks the sizes: every window must hold a part of the input. */
    public MaxPool {
      if (kernel < 1 || stride < 1 || pad < 0 || pad + stride > kernel) {
        throw new IllegalArgumentException(
            String.format(
                "Invalid pooling %s: sizes must be positive and pad + stride at most the kernel,"
                    + " got kernel %d, stride %d, pad %d",
                name, kernel, stride, pad));
      }
    }

    @Override
    public MaxPool reading(UnaryOperator<String> rename) {
      return new MaxPool(name, rename.apply(input), channels, kernel, stride, pad);
    }

    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public int effectiveKernel() {
      return kernel;
    }

    @Override
    public int outputSize(int size) {
      return (size + 2 * pad - kernel + stride - 1) / stride + 1;
    }
  }

  /**
   * Drops activations at random while training; nothing at inference.
   *
   * @param probability of an activation to be dropped, in (0, 1)
   */
  record Dropout(String name, String input, int channels, double probability) implements LayerSpec {

    /** Checks the range. */
    public Dropout {
      if (!(probability > 0 && probability < 1)) {
        throw new IllegalArgumentException(
            String.format(
                "Invalid dropout %s: probability must be in (0, 1), got %s", name, probability));
      }
    }

    @Override
    public Dropout reading(UnaryOperator<String> rename) {
      return new Dropout(name, rename.apply(input), channels, probability);
    }

    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /**
   * Batch normalisation with learned scale and shift; stored statistics at inference.
   *
   * @param epsilon added to the variance
   */
  record BatchNorm(String name, String input, int channels, double epsilon) implements LayerSpec {

    @Override
    public BatchNorm reading(UnaryOperator<String> rename) {
      return new BatchNorm(name, rename.apply(input), channels, epsilon);
    }

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
    public Relu reading(UnaryOperator<String> rename) {
      return new Relu(name, rename.apply(input), channels);
    }

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

    @Override
    public Sum reading(UnaryOperator<String> rename) {
      return new Sum(name, inputs.stream().map(rename).toList(), channels);
    }
  }
}
