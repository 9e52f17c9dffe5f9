package org.deeplabspark.model;

import java.util.List;
import onnx.Onnx;

/**
 * A weights file of any format that is read here, known by its first bytes: what arrays it has.
 *
 * @param format for people
 * @param tensors in the file's order
 * @param convolutions of a graph, in an order in which each reads earlier ones only; none where the
 *     format has no graph
 */
public record WeightsFile(
    String format, List<StoredTensor> tensors, List<StoredConvolution> convolutions) {

  /** Networks here have a few hundred, the largest language models a few thousand. */
  private static final int MOST_TENSORS = 10_000;

  /** Copies the lists. */
  public WeightsFile {
    tensors = List.copyOf(tensors);
    convolutions = List.copyOf(convolutions);
  }

  /**
   * Reads what a file says of its arrays; their numbers are not looked at.
   *
   * @param whose weights they are, for messages
   * @throws IllegalArgumentException if it is malformed, hostile, of no known format or without any
   */
  public static WeightsFile read(String whose, byte[] file) {
    if (file.length == 0) {
      throw new IllegalArgumentException("Invalid weights file: it is empty");
    }
    WeightsFile read = ofItsFormat(whose, file);
    if (read.tensors.isEmpty() && read.convolutions.isEmpty()) {
      throw new IllegalArgumentException("Invalid weights file: there is no tensor in it");
    }
    return read;
  }

  private static WeightsFile ofItsFormat(String whose, byte[] file) {
    if (Safetensors.is(file)) {
      return new WeightsFile("safetensors", Safetensors.read(file), List.of());
    }
    if (TorchFile.is(file)) {
      return new WeightsFile("PyTorch", TorchFile.read(file), List.of());
    }
    if (CaffeModel.is(file)) {
      return new WeightsFile("Caffe", CaffeModel.read(file), List.of());
    }
    OnnxExternalData.refuse(whose, file);
    Onnx.GraphProto graph = OnnxInitializers.graph(file);
    return new WeightsFile(
        "ONNX", OnnxInitializers.read(graph), new OnnxConvolutions(graph).convolutions());
  }

  /** Refuses, while it is read, a file of more arrays than any network has. */
  static void refuseTooMany(int tensors) {
    if (tensors > MOST_TENSORS) {
      throw new IllegalArgumentException(
          String.format("Invalid weights file: more than %,d tensors", MOST_TENSORS));
    }
  }
}
