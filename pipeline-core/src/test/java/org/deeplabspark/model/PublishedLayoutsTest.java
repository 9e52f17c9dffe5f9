package org.deeplabspark.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.network.ParameterSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The maps of conf/name-maps on files whose names are made as the programs make them. */
final class PublishedLayoutsTest {

  private static final NetworkSpec RESNET = NetworkSpec.named("resnet101-aspp", 3);
  private static final int[] BLOCKS = {3, 4, 23, 3};

  private static NameMap map(String name) throws Exception {
    return NameMap.parse(
        Files.readString(
            Path.of(System.getProperty("deeplab.root"), "conf/name-maps", name + ".conf")),
        name);
  }

  /** kazuto1011/deeplab-pytorch: blocks from 1, convolution and normalisation in one unit. */
  private static Map<String, String> kazuto() {
    Map<String, String> layers = new LinkedHashMap<>();
    layers.put("conv1", "layer1.conv1.conv");
    layers.put("bn_conv1", "layer1.conv1.bn");
    Map<String, String> units =
        Map.of(
            "branch1",
            "shortcut",
            "branch2a",
            "reduce",
            "branch2b",
            "conv3x3",
            "branch2c",
            "increase");
    for (int stage = 2; stage <= 5; stage++) {
      for (int block = 0; block < BLOCKS[stage - 2]; block++) {
        String here = stage + letter(stage, block);
        String there = "layer" + stage + ".block" + (block + 1) + ".";
        units.forEach(
            (branch, unit) -> {
              layers.put("res" + here + "_" + branch, there + unit + ".conv");
              layers.put("bn" + here + "_" + branch, there + unit + ".bn");
            });
      }
    }
    for (int i = 0; i < 4; i++) {
      layers.put("fc1_c" + i, "aspp.c" + i);
    }
    return layers;
  }

  private static String letter(int stage, int block) {
    boolean numbered = stage == 3 || stage == 4;
    return block == 0 ? "a" : numbered ? "b" + block : block == 1 ? "b" : "c";
  }

  @ParameterizedTest
  @CsvSource({"base., PTH", "module.base., SAFETENSORS", "scale., SAFETENSORS"})
  void kazuto1011sFilesAreRead(String prefix, String format) throws Exception {
    Checkpoint checkpoint = TensorFiles.random(RESNET);
    Map<String, String> layers = kazuto();
    Map<String, Object[]> tensors = new LinkedHashMap<>();
    for (ParameterSpec parameter : RESNET.parameters()) {
      int dot = parameter.name().lastIndexOf('.');
      String layer = layers.get(parameter.name().substring(0, dot));
      // Early versions had other names for two modules.
      if (prefix.equals("scale.")) {
        layer = layer.replace("aspp.", "aspp.stages.").replace("shortcut", "proj");
      }
      TensorFiles.put(
          tensors, prefix + layer + parameter.name().substring(dot), parameter, checkpoint);
    }
    tensors.put(
        prefix + "layer1.conv1.bn.num_batches_tracked", TensorFiles.tensor("I64", new float[] {1}));
    byte[] file =
        format.equals("PTH") ? TensorFiles.torch(tensors) : TensorFiles.safetensors(tensors);
    tensors.clear();

    assertSame(
        WeightsImport.read(RESNET, file, map("kazuto1011-deeplabv2-resnet101"), 1), checkpoint);
  }

  @ParameterizedTest
  @ValueSource(strings = {"CAFFEMODEL", "SAFETENSORS"})
  void caffesTwoLayersOfNormalisationBecomeOne(String format) throws Exception {
    Checkpoint checkpoint = TensorFiles.random(RESNET);
    Map<String, Object[]> tensors = new LinkedHashMap<>();
    for (ParameterSpec parameter : RESNET.parameters()) {
      int dot = parameter.name().lastIndexOf('.');
      String layer = parameter.name().substring(0, dot).replace("fc1_", "fc1_voc12_");
      float[] values = checkpoint.values(parameter.name());
      String blob =
          switch (parameter.name().substring(dot + 1)) {
            case "running_mean" -> layer + ".0";
            case "running_var" -> layer + ".1";
            case "weight" -> (layer.startsWith("bn") ? scale(layer) : layer) + ".0";
            default -> (layer.startsWith("bn") ? scale(layer) : layer) + ".1";
          };
      if (parameter.name().contains("running")) {
        // A power of two, so that dividing by it loses nothing.
        float[] sums = values.clone();
        for (int i = 0; i < sums.length; i++) {
          sums[i] *= 1024;
        }
        tensors.put(blob, TensorFiles.tensor("F32", sums, sums.length));
        tensors.put(layer + ".2", TensorFiles.tensor("F32", new float[] {1024}, 1));
      } else {
        TensorFiles.put(tensors, blob, parameter, checkpoint);
      }
    }
    tensors.put("conv1_res05.0", TensorFiles.tensor("F32", new float[] {1}, 1));
    byte[] file =
        format.equals("CAFFEMODEL") ? TensorFiles.caffe(tensors) : TensorFiles.safetensors(tensors);
    tensors.clear();

    assertSame(WeightsImport.read(RESNET, file, map("caffe-resnet101"), 1), checkpoint);
  }

  private static String scale(String layer) {
    return "scale" + layer.substring("bn".length());
  }

  private static void assertSame(Checkpoint actual, Checkpoint expected) {
    for (ParameterSpec parameter : RESNET.parameters()) {
      assertThat(actual.values(parameter.name()))
          .as(parameter.name())
          .isEqualTo(expected.values(parameter.name()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"vgg16-largefov", "vgg16-aspp-s"})
  void caffesVggIsRead(String name) throws Exception {
    NetworkSpec vgg = NetworkSpec.named(name, 3);
    Checkpoint checkpoint = TensorFiles.random(vgg);
    Map<String, Object[]> tensors = new LinkedHashMap<>();
    for (ParameterSpec parameter : vgg.parameters()) {
      TensorFiles.put(
          tensors,
          parameter
              .name()
              .replace("fc8", "fc8_voc12")
              .replace(".weight", ".0")
              .replace(".bias", ".1"),
          parameter,
          checkpoint);
    }
    Checkpoint read = WeightsImport.read(vgg, TensorFiles.caffe(tensors), map("caffe-vgg16"), 1);
    assertThat(read.values("fc7" + (name.endsWith("s") ? "_4" : "") + ".bias"))
        .isEqualTo(checkpoint.values("fc7" + (name.endsWith("s") ? "_4" : "") + ".bias"));
  }
}
