package org.deeplabspark.model;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import onnx.Onnx;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/**
 * Reads the initialisers of an ONNX file, which hold its weights.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/docs/IR.md">ONNX IR</a>
 */
final class OnnxInitializers {

  private OnnxInitializers() {}

  /**
   * The file's graph.
   *
   * @throws IllegalArgumentException if the file is no ONNX file
   */
  static Onnx.GraphProto graph(byte[] file) {
    try {
      return Onnx.ModelProto.parseFrom(file).getGraph();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          "Invalid weights file: neither ONNX nor safetensors, .pth or .caffemodel: "
              + e.getMessage(),
          e);
    }
  }

  /** All initialisers, in the file's order. */
  static List<StoredTensor> read(Onnx.GraphProto graph) {
    WeightsFile.refuseTooMany(graph.getInitializerCount());
    return graph.getInitializerList().stream().map(OnnxInitializers::tensor).toList();
  }

  /** One array of such a file. */
  static StoredTensor tensor(Onnx.TensorProto tensor) {
    return new StoredTensor(
        tensor.getName(), type(tensor), tensor.getDimsList(), () -> values(tensor));
  }

  private static String type(Onnx.TensorProto tensor) {
    Onnx.TensorProto.DataType type = Onnx.TensorProto.DataType.forNumber(tensor.getDataType());
    return type == null
        ? "unknown"
        : switch (type) {
          case FLOAT -> "F32";
          case DOUBLE -> "F64";
          case FLOAT16 -> "F16";
          case BFLOAT16 -> "BF16";
          case INT64 -> "I64";
          case INT32 -> "I32";
          default -> type.name();
        };
  }

  private static float[] values(Onnx.TensorProto tensor) {
    Optional<FloatBytes> format = FloatBytes.named(type(tensor));
    if (format.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid tensor %s: cannot read numbers of type %s",
              StoredTensor.plain(tensor.getName()), type(tensor)));
    }
    float[] values;
    if (!tensor.getRawData().isEmpty()) {
      values = format.get().read(ByteBuffer.wrap(tensor.getRawData().toByteArray()));
    } else {
      values = new float[tensor.getFloatDataCount()];
      for (int i = 0; i < values.length; i++) {
        values[i] = tensor.getFloatData(i);
      }
    }
    if (values.length != tensor(tensor).length()) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid tensor %s: %d values for shape %s",
              StoredTensor.plain(tensor.getName()), values.length, tensor.getDimsList()));
    }
    return values;
  }
}
