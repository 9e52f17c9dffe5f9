package org.deeplabspark.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import onnx.Onnx;
import org.deeplabspark.engine.onnx.OnnxRun;
import org.deeplabspark.network.LayerSpec;
import org.deeplabspark.network.LayerSpec.BatchNorm;
import org.deeplabspark.network.LayerSpec.Convolution;
import org.deeplabspark.network.LayerSpec.MaxPool;
import org.deeplabspark.network.LayerSpec.Relu;
import org.deeplabspark.network.LayerSpec.Sum;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.network.ParameterSpec;
import org.deeplabspark.tensor.AlignCorners;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ONNX files whose convolutions have no names of their own. */
final class StructureImportTest {

  /** Of the range of the logits. */
  private static final float TOLERANCE = 1e-4f;

  /**
   * What torch-export.onnx was exported from, its branches in another order: a projection before
   * what it is added to, and of two classifiers of one shape the one with rate 2 first.
   */
  private static NetworkSpec exported() {
    List<LayerSpec> layers = new ArrayList<>();
    unit(layers, "stem", NetworkSpec.INPUT, 3, 4, 3, 2);
    layers.add(new Relu("stem.relu", "stem.bn", 4));
    layers.add(new MaxPool("pool", "stem.relu", 4, 3, 2, 1));
    unit(layers, "shortcut", "pool", 4, 8, 1, 1);
    unit(layers, "a", "pool", 4, 4, 1, 1);
    layers.add(new Relu("a.relu", "a.bn", 4));
    unit(layers, "b", "a.relu", 4, 8, 3, 1);
    layers.add(new Sum("sum", List.of("shortcut.bn", "b.bn"), 8));
    layers.add(new Relu("sum.relu", "sum", 8));
    unit(layers, "c", "sum.relu", 8, 8, 1, 1);
    layers.add(new Relu("c.relu", "c.bn", 8));
    unit(layers, "d", "c.relu", 8, 8, 3, 1);
    layers.add(new Sum("top", List.of("sum.relu", "d.bn"), 8));
    layers.add(new Relu("top.relu", "top", 8));
    layers.add(new Convolution("far", "top.relu", 8, 2, 3, 1, 2, 2, true, true));
    layers.add(new Convolution("near", "top.relu", 8, 2, 3, 1, 1, 1, true, true));
    layers.add(new Sum("logits", List.of("far", "near"), 2));
    return new NetworkSpec("exported", 2, 4, AlignCorners.NO, layers);
  }

  private static void unit(
      List<LayerSpec> layers, String name, String input, int in, int out, int kernel, int stride) {
    layers.add(
        new Convolution(
            name + ".conv", input, in, out, kernel, stride, kernel / 2, 1, false, false));
    layers.add(new BatchNorm(name + ".bn", name + ".conv", out, 1e-5));
  }

  @Test
  void anExportOfPyTorchsOwnAnswersTheSame() throws Exception {
    byte[] file;
    try (var stream = getClass().getResourceAsStream("torch-export.onnx")) {
      file = stream.readAllBytes();
    }
    NetworkSpec network = exported();
    byte[] imported = OnnxExport.write(network, WeightsImport.read(network, file, NameMap.SAME, 1));
    assertSameLogits(network.output(), file, imported, 33, 41);
  }

  @ParameterizedTest
  @CsvSource({"compact, 64, 48", "resnet101-aspp, 65, 49", "vgg16-aspp-s, 65, 49"})
  void theOrderOfTheFileDoesNotMatter(String name, int height, int width) throws Exception {
    NetworkSpec network = NetworkSpec.named(name, 3);
    byte[] file = unnamed(OnnxExport.write(FoldedNetwork.of(network, initial(network))));
    byte[] imported = OnnxExport.write(network, WeightsImport.read(network, file, NameMap.SAME, 1));
    assertSameLogits(network.output(), file, imported, height, width);
  }

  @Test
  void anotherRateInTheFileIsNoted() {
    NetworkSpec there = NetworkSpec.named("compact", 3, 8);
    NetworkSpec here = NetworkSpec.named("compact", 3, 16);
    byte[] file = unnamed(OnnxExport.write(FoldedNetwork.of(there, initial(there))));
    List<String> notes = new ArrayList<>();
    WeightsImport.read(there, file, NameMap.SAME, 1, notes::add);
    assertThat(notes).isEmpty();
    WeightsImport.read(here, file, NameMap.SAME, 1, notes::add);
    assertThat(notes)
        .singleElement()
        .asString()
        .startsWith("8 of 15 convolutions have another stride or rate in the file (block3.1.conv:");
  }

  @Test
  void whatTheGraphLacksIsMissing() {
    NetworkSpec compact = NetworkSpec.named("compact", 3);
    NetworkSpec other = NetworkSpec.named("compact", 4);
    byte[] file = unnamed(OnnxExport.write(FoldedNetwork.of(compact, TensorFiles.random(compact))));
    assertThatThrownBy(() -> WeightsImport.read(other, file, NameMap.SAME, 1))
        .isInstanceOfSatisfying(
            WeightsMismatch.class,
            mismatch ->
                assertThat(mismatch.report())
                    .contains("aspp.rate2.weight [4, 96, 3, 3] ")
                    .contains("Only the classifier differs.")
                    .contains("fresh = [\"aspp.rate12\", \"aspp.rate2\", "));
    NameMap map = NameMap.parse("ignore = [\"onnx::*\"], fresh = [\"aspp.*\"]", "map.conf");
    assertThat(WeightsImport.read(other, file, map, 1).values("aspp.rate2.bias")).containsOnly(0);
  }

  /** Filters around 0 as He et al. 2015 draw them, so that logits of a deep network stay finite. */
  private static Checkpoint initial(NetworkSpec network) {
    Checkpoint checkpoint = TensorFiles.random(network);
    for (ParameterSpec parameter : network.parameters()) {
      float[] values = checkpoint.values(parameter.name());
      if (parameter.shape().size() == 4) {
        // From a uniform distribution on [0.5, 1.5], whose variance is 1/12.
        float scale = (float) Math.sqrt(24.0 * parameter.shape().get(0) / values.length);
        for (int i = 0; i < values.length; i++) {
          values[i] = (values[i] - 1) * scale;
        }
      }
    }
    return checkpoint;
  }

  /** Made-up names, and weights in any order. */
  private static byte[] unnamed(byte[] onnx) {
    Onnx.ModelProto model = TensorFiles.model(onnx);
    Onnx.GraphProto.Builder graph = model.getGraph().toBuilder();
    Map<String, String> names = new HashMap<>();
    List<Onnx.TensorProto> tensors = new ArrayList<>(graph.getInitializerList());
    Collections.shuffle(tensors, new Random(2));
    graph.clearInitializer();
    for (Onnx.TensorProto tensor : tensors) {
      names.put(tensor.getName(), "onnx::Conv_" + (900 + names.size()));
      graph.addInitializer(tensor.toBuilder().setName(names.get(tensor.getName())));
    }
    for (int i = 0; i < graph.getNodeCount(); i++) {
      Onnx.NodeProto.Builder node = graph.getNodeBuilder(i);
      for (int n = 0; n < node.getInputCount(); n++) {
        node.setInput(n, names.getOrDefault(node.getInput(n), node.getInput(n)));
      }
    }
    return model.toBuilder().setGraph(graph).build().toByteArray();
  }

  private static void assertSameLogits(
      String output, byte[] source, byte[] imported, int height, int width) throws Exception {
    Random random = new Random(4);
    float[] image = new float[3 * height * width];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextGaussian();
    }
    try (OnnxRun there = new OnnxRun(source);
        OnnxRun here = new OnnxRun(imported)) {
      float[] expected = there.scores(output, image, height, width);
      float[] actual = here.scores(output, image, height, width);
      float lowest = Float.MAX_VALUE;
      float highest = -Float.MAX_VALUE;
      for (float value : expected) {
        lowest = Math.min(lowest, value);
        highest = Math.max(highest, value);
      }
      assertThat(highest - lowest).isPositive();
      assertThat(actual)
          .usingComparatorWithPrecision(TOLERANCE * (highest - lowest))
          .containsExactly(expected);
    }
  }
}
