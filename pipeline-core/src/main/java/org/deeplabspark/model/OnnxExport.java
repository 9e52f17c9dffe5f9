package org.deeplabspark.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import onnx.Onnx;
import org.deeplabspark.network.LayerSpec;
import org.deeplabspark.network.LayerSpec.BatchNorm;
import org.deeplabspark.network.LayerSpec.Convolution;
import org.deeplabspark.network.LayerSpec.Relu;
import org.deeplabspark.network.LayerSpec.Sum;
import org.deeplabspark.network.NetworkSpec;
import org.nd4j.shade.protobuf.ByteString;

/**
 * Writes a network and its parameters as a standard ONNX file (opset 13): one image of any height
 * and width, NCHW. Batch normalisation is folded into the convolution before it: w' = w g / sqrt(v
 * + e), b' = (b - m) g / sqrt(v + e) + beta.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/docs/IR.md">ONNX IR</a>
 */
public final class OnnxExport {

  private static final int OPSET = 13;
  private static final int IR_VERSION = 7;

  private final NetworkSpec network;
  private final Checkpoint checkpoint;
  private final Onnx.GraphProto.Builder graph = Onnx.GraphProto.newBuilder();
  private final Map<String, BatchNorm> norms = new HashMap<>(); // by the convolution they follow

  private OnnxExport(NetworkSpec network, Checkpoint checkpoint) {
    this.network = network;
    this.checkpoint = checkpoint;
  }

  /**
   * The file's bytes; equal for equal parameters.
   *
   * @throws IllegalArgumentException if a batch normalisation does not follow a convolution that
   *     nothing else reads
   */
  public static byte[] write(NetworkSpec network, Checkpoint checkpoint) {
    return new OnnxExport(network, checkpoint).model().toByteArray();
  }

  private Onnx.ModelProto model() {
    findNorms();
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

  private void findNorms() {
    Map<String, Integer> readers = new HashMap<>();
    Map<String, LayerSpec> byName = new HashMap<>();
    for (LayerSpec layer : network.layers()) {
      byName.put(layer.name(), layer);
      layer.inputs().forEach(input -> readers.merge(input, 1, Integer::sum));
    }
    for (LayerSpec layer : network.layers()) {
      if (layer instanceof BatchNorm norm) {
        if (!(byName.get(norm.input()) instanceof Convolution) || readers.get(norm.input()) != 1) {
          throw new IllegalArgumentException(
              String.format(
                  "Invalid network: %s cannot be folded into a convolution", norm.name()));
        }
        norms.put(norm.input(), norm);
      }
    }
  }

  private void add(LayerSpec layer) {
    if (layer instanceof Convolution convolution) {
      add(convolution);
    } else if (layer instanceof Relu) {
      node("Relu", layer.name(), layer.inputs());
    } else if (layer instanceof Sum) {
      node("Sum", layer.name(), layer.inputs());
    }
    // A BatchNorm is written with the convolution that it follows.
  }

  private void add(Convolution layer) {
    float[] weights = checkpoint.values(layer.name() + ".weight").clone();
    float[] bias =
        layer.bias()
            ? checkpoint.values(layer.name() + ".bias").clone()
            : new float[layer.channels()];
    BatchNorm norm = norms.get(layer.name());
    String output = layer.name();
    if (norm != null) {
      fold(norm, weights, bias);
      output = norm.name();
    }
    long kernel = layer.kernel();
    constant(
        layer.name() + ".weight", weights, layer.channels(), layer.inChannels(), kernel, kernel);
    constant(layer.name() + ".bias", bias, layer.channels());
    graph.addNode(
        Onnx.NodeProto.newBuilder()
            .setOpType("Conv")
            .setName(output)
            .addInput(layer.input())
            .addInput(layer.name() + ".weight")
            .addInput(layer.name() + ".bias")
            .addOutput(output)
            .addAttribute(integers("kernel_shape", kernel, 2))
            .addAttribute(integers("strides", layer.stride(), 2))
            .addAttribute(integers("dilations", layer.rate(), 2))
            .addAttribute(integers("pads", layer.pad(), 4)));
  }

  private void fold(BatchNorm norm, float[] weights, float[] bias) {
    float[] scale = checkpoint.values(norm.name() + ".weight");
    float[] shift = checkpoint.values(norm.name() + ".bias");
    float[] mean = checkpoint.values(norm.name() + ".running_mean");
    float[] variance = checkpoint.values(norm.name() + ".running_var");
    int taps = weights.length / bias.length;
    for (int channel = 0; channel < bias.length; channel++) {
      double factor = scale[channel] / Math.sqrt(variance[channel] + norm.epsilon());
      for (int i = channel * taps; i < (channel + 1) * taps; i++) {
        weights[i] = (float) (weights[i] * factor);
      }
      bias[channel] = (float) ((bias[channel] - mean[channel]) * factor + shift[channel]);
    }
  }

  private void node(String operator, String name, List<String> inputs) {
    graph.addNode(
        Onnx.NodeProto.newBuilder()
            .setOpType(operator)
            .setName(name)
            .addAllInput(inputs)
            .addOutput(name));
  }

  private void constant(String name, float[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    graph.addInitializer(
        Onnx.TensorProto.newBuilder()
            .setName(name)
            .setDataType(Onnx.TensorProto.DataType.FLOAT_VALUE)
            .addAllDims(Arrays.stream(shape).boxed().toList())
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
