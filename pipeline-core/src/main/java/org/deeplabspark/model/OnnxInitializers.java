package org.deeplabspark.model;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import onnx.Onnx;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/**
 * Reads the initialisers of an ONNX file, which hold its weights; its graph is not looked at.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/docs/IR.md">ONNX IR</a>
 */
final class OnnxInitializers {

  private OnnxInitializers() {}

  /**
   * All initialisers of floating-point numbers; those of integers (axes, shapes) are left out.
   *
   * @throws IllegalArgumentException if the file is no ONNX file
   */
  static Map<String, NamedTensor> read(byte[] file) {
    Onnx.ModelProto model;
    try {
      model = Onnx.ModelProto.parseFrom(file);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          "Invalid ONNX file, and no safetensors: " + e.getMessage(), e);
    }
    Map<String, NamedTensor> tensors = new LinkedHashMap<>();
    for (Onnx.TensorProto tensor : model.getGraph().getInitializerList()) {
      add(tensor, tensors);
    }
    return tensors;
  }

  private static void add(Onnx.TensorProto tensor, Map<String, NamedTensor> tensors) {
    FloatBytes format =
        switch (tensor.getDataType()) {
          case Onnx.TensorProto.DataType.FLOAT_VALUE -> FloatBytes.F32;
          case Onnx.TensorProto.DataType.DOUBLE_VALUE -> FloatBytes.F64;
          case Onnx.TensorProto.DataType.FLOAT16_VALUE -> FloatBytes.F16;
          case Onnx.TensorProto.DataType.BFLOAT16_VALUE -> FloatBytes.BF16;
          default -> null;
        };
    if (format == null) {
      return;
    }
    List<Long> shape = tensor.getDimsList();
    float[] values = values(tensor, format);
    if (values.length != NamedTensor.length(tensor.getName(), shape)) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid tensor %s: %d values for shape %s", tensor.getName(), values.length, shape));
    }
    tensors.put(
        tensor.getName(), new NamedTensor(shape.stream().map(Math::toIntExact).toList(), values));
  }

  private static float[] values(Onnx.TensorProto tensor, FloatBytes format) {
    if (!tensor.getRawData().isEmpty()) {
      return format.read(ByteBuffer.wrap(tensor.getRawData().toByteArray()));
    }
    float[] values = new float[tensor.getFloatDataCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = tensor.getFloatData(i);
    }
    return values;
  }
}
