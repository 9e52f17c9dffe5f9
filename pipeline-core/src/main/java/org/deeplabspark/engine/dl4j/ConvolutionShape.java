package org.deeplabspark.engine.dl4j;

/**
 * Sizes of one square convolution on one input size, and how its padded input is laid out.
 *
 * <p>The padded input is split into {@code stride * stride} phases (rows and columns of equal
 * remainder). Within a phase every tap of the kernel is a plain shift: output position (i, j) reads
 * position (i + dy, j + dx), which is what makes the whole tap one matrix product.
 *
 * @param inChannels C
 * @param outChannels O
 * @param kernel taps in a row and in a column
 * @param stride step between outputs
 * @param pad rows and columns of zeros on each side
 * @param rate step between taps
 * @param height rows of the input
 * @param width columns of the input
 */
record ConvolutionShape(
    int inChannels,
    int outChannels,
    int kernel,
    int stride,
    int pad,
    int rate,
    int height,
    int width) {

  ConvolutionShape {
    if (height + 2 * pad < rate * (kernel - 1) + 1 || width + 2 * pad < rate * (kernel - 1) + 1) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid convolution: kernel %d at rate %d does not fit %d x %d padded by %d",
              kernel, rate, height, width, pad));
    }
  }

  int outHeight() {
    return (height + 2 * pad - rate * (kernel - 1) - 1) / stride + 1;
  }

  int outWidth() {
    return (width + 2 * pad - rate * (kernel - 1) - 1) / stride + 1;
  }

  int taps() {
    return kernel * kernel;
  }

  int phaseHeight() {
    return (height + 2 * pad + stride - 1) / stride;
  }

  int phaseWidth() {
    return (width + 2 * pad + stride - 1) / stride;
  }

  /** Floats of one channel in one phase. */
  int phasePlane() {
    return phaseHeight() * phaseWidth();
  }

  /** Floats of the whole padded input. */
  int paddedLength() {
    return stride * stride * inChannels * phasePlane();
  }

  /** Floats of one output channel laid out with the row step of the padded input. */
  int spanLength() {
    return (outHeight() - 1) * phaseWidth() + outWidth();
  }

  /** Where the first output position of a tap reads, in channel 0 of the padded input. */
  int tapOffset(int tap) {
    int y = tap / kernel * rate;
    int x = tap % kernel * rate;
    int phase = y % stride * stride + x % stride;
    return phase * inChannels * phasePlane() + y / stride * phaseWidth() + x / stride;
  }
}
