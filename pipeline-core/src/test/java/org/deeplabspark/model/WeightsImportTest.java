package org.deeplabspark.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.network.ParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WeightsImportTest {

  private static final NetworkSpec COMPACT = NetworkSpec.named("compact", 3);

  @Test
  void whatWasExportedComesBack() {
    Checkpoint checkpoint = TensorFiles.random(COMPACT);
    assertSame(
        COMPACT,
        WeightsImport.read(COMPACT, OnnxExport.write(COMPACT, checkpoint), NameMap.SAME, 1),
        checkpoint);
    assertSame(
        COMPACT,
        WeightsImport.read(
            COMPACT,
            TensorFiles.safetensors(TensorFiles.tensors(COMPACT, checkpoint)),
            NameMap.SAME,
            1),
        checkpoint);
  }

  @Test
  void foldedWeightsAnswerTheSameWhenFoldedAgain() {
    FoldedNetwork folded = FoldedNetwork.of(COMPACT, TensorFiles.random(COMPACT));
    Checkpoint unfolded = WeightsImport.read(COMPACT, OnnxExport.write(folded), NameMap.SAME, 1);
    FoldedNetwork again = FoldedNetwork.of(COMPACT, unfolded);
    for (ParameterSpec parameter : folded.network().parameters()) {
      assertThat(again.checkpoint().values(parameter.name()))
          .as(parameter.name())
          .usingComparatorWithPrecision(1e-6f)
          .containsExactly(folded.checkpoint().values(parameter.name()));
    }
  }

  @Test
  void allThatDoesNotFitIsListedAtOnce() {
    Map<String, Object[]> tensors = TensorFiles.tensors(COMPACT, TensorFiles.random(COMPACT));
    tensors.remove("stem1.norm.bias");
    tensors.put("aspp.rate2.bias", TensorFiles.tensor("F32", new float[4], 4));
    tensors.put("head.weight", TensorFiles.tensor("F32", new float[6], 2, 3));
    assertThatThrownBy(
            () -> WeightsImport.read(COMPACT, TensorFiles.safetensors(tensors), NameMap.SAME, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid weights for compact: 1 missing, 1 of another shape, 1 left over, 0 named twice;"
                + " the first is stem1.norm.bias [24]")
        .isInstanceOfSatisfying(
            WeightsMismatch.class,
            mismatch ->
                assertThat(mismatch.report().lines())
                    .containsExactly(
                        "Missing, and the nearest name that is left over in the file (1):",
                        "  stem1.norm.bias [24]                         head.weight [2, 3]",
                        "Of another shape, here and in the file (1):",
                        "  aspp.rate2.bias [3]                          aspp.rate2.bias [4]",
                        "Left over in the file (1):",
                        "  head.weight [2, 3]"));
  }

  @Test
  void theNearestNameOfTheSameShapeAndRoleIsPutBeside() {
    Map<String, Object[]> tensors = TensorFiles.tensors(COMPACT, TensorFiles.random(COMPACT));
    tensors.put("stem2.bn.weight", tensors.remove("stem2.norm.weight"));
    tensors.put("stem2.bn.bias", tensors.remove("stem2.norm.bias"));
    tensors.put("stem2.bn.mean", tensors.remove("stem2.norm.running_mean"));
    assertThatThrownBy(
            () -> WeightsImport.read(COMPACT, TensorFiles.safetensors(tensors), NameMap.SAME, 1))
        .isInstanceOfSatisfying(
            WeightsMismatch.class,
            mismatch ->
                assertThat(mismatch.report().lines())
                    .contains(
                        "  stem2.norm.weight [48]                       stem2.bn.weight [48]",
                        "  stem2.norm.bias [48]                         stem2.bn.bias [48]",
                        "  stem2.norm.running_mean [48]                 stem2.bn.mean [48]"));
  }

  @Test
  void aClassifierThatDiffersCanBeBegunAnewAsTheReportOffers() {
    NetworkSpec other = NetworkSpec.named("compact", 5);
    byte[] file =
        TensorFiles.safetensors(TensorFiles.tensors(COMPACT, TensorFiles.random(COMPACT)));
    String[] report = new String[1];
    assertThatThrownBy(() -> WeightsImport.read(other, file, NameMap.SAME, 1))
        .isInstanceOfSatisfying(WeightsMismatch.class, mismatch -> report[0] = mismatch.report());
    assertThat(report[0]).contains("Only the classifier differs.");
    NameMap offered =
        NameMap.parse(report[0].substring(report[0].indexOf("  ignore = ")), "report");
    assertThat(WeightsImport.read(other, file, offered, 1).values("aspp.rate4.bias"))
        .hasSize(5)
        .containsOnly(0);
  }

  @Test
  void twoTensorsOfOneNameAreSaid() {
    Map<String, Object[]> tensors = TensorFiles.tensors(COMPACT, TensorFiles.random(COMPACT));
    tensors.put("module.stem1.norm.bias", tensors.get("stem1.norm.bias"));
    NameMap names = NameMap.parse("rename = [{ from = \"^module.\", to = \"\" }]", "map.conf");
    assertThatThrownBy(
            () -> WeightsImport.read(COMPACT, TensorFiles.safetensors(tensors), names, 1))
        .isInstanceOf(WeightsMismatch.class)
        .hasMessageEndingWith(
            "1 named twice; the first is stem1.norm.bias is both stem1.norm.bias [24] and"
                + " module.stem1.norm.bias [24]");
  }

  @Test
  void valuesThatNoNetworkCanHaveAreNamed() {
    Map<String, Object[]> tensors = TensorFiles.tensors(COMPACT, TensorFiles.random(COMPACT));
    float[] bias = {0, Float.NaN, Float.POSITIVE_INFINITY};
    tensors.put("aspp.rate2.bias", TensorFiles.tensor("F32", bias, 3));
    float[] variance = new float[24];
    variance[5] = -0.25f;
    tensors.put("stem1.norm.running_var", TensorFiles.tensor("F32", variance, 24));
    assertThatThrownBy(
            () -> WeightsImport.read(COMPACT, TensorFiles.safetensors(tensors), NameMap.SAME, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid parameters for compact: stem1.norm.running_var has -0.25 at place 5, must be a"
                + " finite variance from 0 on; aspp.rate2.bias has NaN at place 1, must be a finite"
                + " number");
  }

  @ParameterizedTest
  @CsvSource({"resnet101-aspp, torchvision-resnet101", "vgg16-aspp-l, torchvision-vgg16"})
  void torchvisionNamesAreMappedByAFile(String network, String map) throws Exception {
    NetworkSpec spec = NetworkSpec.named(network, 5);
    NameMap names =
        NameMap.parse(
            Files.readString(
                Path.of(System.getProperty("deeplab.root"), "conf/name-maps", map + ".conf")),
            map);
    Map<String, Object[]> tensors = new LinkedHashMap<>();
    if (network.startsWith("vgg")) {
      int[] layers = {0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28};
      int[] channels = {3, 64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512};
      for (int i = 0; i < layers.length; i++) {
        String layer = "features." + layers[i];
        TensorFiles.put(tensors, layer + ".weight", channels[i + 1], channels[i], 3, 3);
        TensorFiles.put(tensors, layer + ".bias", channels[i + 1]);
      }
      TensorFiles.put(tensors, "classifier.6.bias", 1000);
    } else {
      resNet(tensors);
      TensorFiles.put(tensors, "fc.bias", 1000);
      TensorFiles.put(tensors, "aux_classifier.4.weight", 21, 256, 1, 1);
      tensors.put("bn1.num_batches_tracked", TensorFiles.tensor("I64", new float[] {1}));
    }
    Map<String, Object[]> prefixed = new LinkedHashMap<>();
    // As the body of a segmentation network has them.
    tensors.forEach(
        (name, tensor) ->
            prefixed.put(name.startsWith("layer4") ? "backbone." + name : name, tensor));
    Checkpoint checkpoint = WeightsImport.read(spec, TensorFiles.safetensors(prefixed), names, 7);
    String first = network.startsWith("vgg") ? "features.2.weight" : "layer3.22.conv2.weight";
    String here = network.startsWith("vgg") ? "conv1_2.weight" : "res4b22_branch2b.weight";
    assertThat(checkpoint.values(here)).isEqualTo((float[]) tensors.get(first)[2]);
    String classifier = network.startsWith("vgg") ? "fc8_4" : "fc1_c3";
    assertThat(checkpoint.values(classifier + ".bias")).containsOnly(0);
    assertThat(checkpoint.values(classifier + ".weight")).doesNotContain(0);
  }

  private static void resNet(Map<String, Object[]> tensors) {
    TensorFiles.put(tensors, "conv1.weight", 64, 3, 7, 7);
    norm(tensors, "bn1", 64);
    int in = 64;
    int[] blocks = {3, 4, 23, 3};
    for (int stage = 0; stage < 4; stage++) {
      int inner = 64 << stage;
      for (int block = 0; block < blocks[stage]; block++) {
        String prefix = "layer" + (stage + 1) + "." + block + ".";
        TensorFiles.put(tensors, prefix + "conv1.weight", inner, in, 1, 1);
        norm(tensors, prefix + "bn1", inner);
        TensorFiles.put(tensors, prefix + "conv2.weight", inner, inner, 3, 3);
        norm(tensors, prefix + "bn2", inner);
        TensorFiles.put(tensors, prefix + "conv3.weight", 4 * inner, inner, 1, 1);
        norm(tensors, prefix + "bn3", 4 * inner);
        if (block == 0) {
          TensorFiles.put(tensors, prefix + "downsample.0.weight", 4 * inner, in, 1, 1);
          norm(tensors, prefix + "downsample.1", 4 * inner);
        }
        in = 4 * inner;
      }
    }
  }

  private static void norm(Map<String, Object[]> tensors, String name, int channels) {
    for (String role : List.of("weight", "bias", "running_mean")) {
      TensorFiles.put(tensors, name + "." + role, channels);
    }
    float[] variances = new float[channels];
    Arrays.fill(variances, 0.5f);
    tensors.put(name + ".running_var", TensorFiles.tensor("F32", variances, channels));
  }

  @Test
  void aFileOfNeitherFormatIsSaid() {
    assertThatThrownBy(
            () ->
                WeightsImport.read(
                    COMPACT,
                    "a,b,c\n".repeat(50).getBytes(StandardCharsets.UTF_8),
                    NameMap.SAME,
                    1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Invalid weights file: neither ONNX nor safetensors, .pth or .caffemodel: ");
  }

  private static void assertSame(NetworkSpec network, Checkpoint actual, Checkpoint expected) {
    for (ParameterSpec parameter : network.parameters()) {
      assertThat(actual.values(parameter.name()))
          .as(parameter.name())
          .isEqualTo(expected.values(parameter.name()));
    }
  }
}
