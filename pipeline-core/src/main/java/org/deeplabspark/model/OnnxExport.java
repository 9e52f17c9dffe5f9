package org.deeplabspark.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import onnx.Onnx;
import org.deeplabspark.network.LayerSpec;
import org.deeplabspark.network.LayerSpec.BatchNorm;
import org.deeplabspark.network.LayerSpec.Convolution;
import org.deeplabspark.network.LayerSpec.MaxPool;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.network.ParameterSpec;
import org.nd4j.shade.protobuf.ByteString;

/**
 * Writes a network and its parameters as a standard ONNX file (opset 13): one image of any height
 * and width, NCHW. Parameters keep their names as initialisers.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/docs/IR.md">ONNX IR</a>
 */
public final class OnnxExport {

  private static final int OPSET = 13;
  private static final int IR_VERSION = 7;

  private final NetworkSpec network;
  private final Checkpoint checkpoint;
  private final Onnx.GraphProto.Builder graph = Onnx.GraphProto.newBuilder();

  private OnnxExport(NetworkSpec network, Checkpoint checkpoint) {
    this.network = network;
    this.checkpoint = checkpoint;
  }

  /**
   * The file's bytes; equal for equal parameters. Batch normalisation is written as such: fold it
   * before with {@link FoldedNetwork} where it is not wanted.
   */
  public static byte[] write(NetworkSpec network, Checkpoint checkpoint) {
    return new OnnxExport(network, checkpoint).model().toByteArray();
  }

  /** As {@link #write(NetworkSpec, Checkpoint)}. */
  public static byte[] write(FoldedNetwork folded) {
    return write(folded.network(), folded.checkpoint());
  }

  private Onnx.ModelProto model() {
    graph.setName(network.name());
    graph.addInput(
        value(
            NetworkSpec.INPUT,
            dimension(1),
            dimension(NetworkSpec.INPUT_CHANNELS),
            dimension("height"),
            dimension("width")));
    network.layers().forEach(this::add);
    graph.addOutput(
        value(
            network.output(),
            dimension(1),
            dimension(network.classes()),
            dimension("rows"),
            dimension("columns")));
    return Onnx.ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("deeplab-spark")
        .addOpsetImport(Onnx.OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(graph)
        .build();
  }

  private void add(LayerSpec layer) {
    for (ParameterSpec parameter : layer.parameters()) {
      constant(parameter);
    }
    Onnx.NodeProto.Builder node = Onnx.NodeProto.newBuilder();
    if (layer instanceof Convolution convolution) {
      node.setOpType("Conv")
          .addAttribute(integers("kernel_shape", convolution.kernel(), 2))
          .addAttribute(integers("strides", convolution.stride(), 2))
          .addAttribute(integers("dilations", convolution.rate(), 2))
          .addAttribute(integers("pads", convolution.pad(), 4));
    } else if (layer instanceof MaxPool pool) {
      node.setOpType("MaxPool")
          .addAttribute(integers("kernel_shape", pool.kernel(), 2))
          .addAttribute(integers("strides", pool.stride(), 2))
          .addAttribute(integers("pads", pool.pad(), 4))
          .addAttribute(
              Onnx.AttributeProto.newBuilder()
                  .setName("ceil_mode")
                  .setType(Onnx.AttributeProto.AttributeType.INT)
                  .setI(1));
    } else if (layer instanceof BatchNorm norm) {
      node.setOpType("BatchNormalization")
          .addAttribute(
              Onnx.AttributeProto.newBuilder()
                  .setName("epsilon")
                  .setType(Onnx.AttributeProto.AttributeType.FLOAT)
                  .setF((float) norm.epsilon()));
    } else {
      // Relu, Sum and, which does nothing at inference, Dropout: named as ONNX names them.
      node.setOpType(layer.getClass().getSimpleName());
    }
    graph.addNode(
        node.setName(layer.name())
            .addAllInput(layer.inputs())
            .addAllInput(layer.parameters().stream().map(ParameterSpec::name).toList())
            .addOutput(layer.name()));
  }

  private void constant(ParameterSpec parameter) {
    float[] values = checkpoint.values(parameter.name());
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    graph.addInitializer(
        Onnx.TensorProto.newBuilder()
            .setName(parameter.name())
            .setDataType(Onnx.TensorProto.DataType.FLOAT_VALUE)
            .addAllDims(parameter.shape().stream().map(Integer::longValue).toList())
            .setRawData(ByteString.copyFrom(bytes)));
  }

  private static Onnx.AttributeProto integers(String name, long value, int count) {
    Onnx.AttributeProto.Builder attribute =
        Onnx.AttributeProto.newBuilder()
            .setName(name)
            .setType(Onnx.AttributeProto.AttributeType.INTS);
    for (int i = 0; i < count; i++) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  private static Onnx.ValueInfoProto value(
      String name, Onnx.TensorShapeProto.Dimension... dimensions) {
    Onnx.TypeProto.Tensor tensor =
        Onnx.TypeProto.Tensor.newBuilder()
            .setElemType(Onnx.TensorProto.DataType.FLOAT_VALUE)
            .setShape(Onnx.TensorShapeProto.newBuilder().addAllDim(Arrays.asList(dimensions)))
            .build();
    return Onnx.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(Onnx.TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private static Onnx.TensorShapeProto.Dimension dimension(long size) {
    return Onnx.TensorShapeProto.Dimension.newBuilder().setDimValue(size).build();
  }

  private static Onnx.TensorShapeProto.Dimension dimension(String name) {
    return Onnx.TensorShapeProto.Dimension.newBuilder().setDimParam(name).build();
  }
}
