package org.deeplabspark.model;

import java.util.BitSet;
import java.util.Optional;

/**
 * A convolution of a graph in a weights file.
 *
 * @param weight [out][in][kernel][kernel]
 * @param bias one value a filter
 * @param reads bit 0 for the graph's input, bit i + 1 for convolution i: what reaches it without a
 *     convolution between
 * @param stride step between outputs, in rows
 * @param rate step between taps, in rows
 */
record StoredConvolution(
    StoredTensor weight, Optional<StoredTensor> bias, BitSet reads, int stride, int rate) {

  /** Whether an exporter made its name up: {@code onnx::Conv_983}, before PyTorch 1.12 a number. */
  boolean unnamed() {
    return weight.name().matches("onnx::.*|\\d+");
  }
}
