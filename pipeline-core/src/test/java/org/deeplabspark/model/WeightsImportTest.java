package org.deeplabspark.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.network.ParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WeightsImportTest {

  private static final NetworkSpec COMPACT = NetworkSpec.named("compact", 3);

  @Test
  void whatWasExportedComesBack() {
    Checkpoint checkpoint = random(COMPACT);
    assertSame(
        COMPACT,
        WeightsImport.read(COMPACT, OnnxExport.write(COMPACT, checkpoint), NameMap.SAME, 1),
        checkpoint);
    assertSame(
        COMPACT,
        WeightsImport.read(COMPACT, safetensors(tensors(COMPACT, checkpoint)), NameMap.SAME, 1),
        checkpoint);
  }

  @Test
  void foldedWeightsAnswerTheSameWhenFoldedAgain() {
    FoldedNetwork folded = FoldedNetwork.of(COMPACT, random(COMPACT));
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
    Map<String, Object[]> tensors = tensors(COMPACT, random(COMPACT));
    tensors.remove("stem1.norm.bias");
    tensors.put("aspp.rate2.bias", tensor("F32", new float[4], 4));
    tensors.put("head.weight", tensor("F32", new float[6], 2, 3));
    assertThatThrownBy(() -> WeightsImport.read(COMPACT, safetensors(tensors), NameMap.SAME, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid weights for compact: missing stem1.norm.bias [24]; aspp.rate2.bias has shape"
                + " [4] instead of [3]; extra head.weight [2, 3]");
  }

  @Test
  void valuesThatNoNetworkCanHaveAreNamed() {
    Map<String, Object[]> tensors = tensors(COMPACT, random(COMPACT));
    float[] bias = {0, Float.NaN, Float.POSITIVE_INFINITY};
    tensors.put("aspp.rate2.bias", tensor("F32", bias, 3));
    float[] variance = new float[24];
    variance[5] = -0.25f;
    tensors.put("stem1.norm.running_var", tensor("F32", variance, 24));
    assertThatThrownBy(() -> WeightsImport.read(COMPACT, safetensors(tensors), NameMap.SAME, 1))
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
        put(tensors, layer + ".weight", channels[i + 1], channels[i], 3, 3);
        put(tensors, layer + ".bias", channels[i + 1]);
      }
      put(tensors, "classifier.6.bias", 1000);
    } else {
      resNet(tensors);
      put(tensors, "fc.bias", 1000);
      tensors.put("bn1.num_batches_tracked", tensor("I64", new float[0]));
    }
    Checkpoint checkpoint = WeightsImport.read(spec, safetensors(tensors), names, 7);
    String first = network.startsWith("vgg") ? "features.2.weight" : "layer3.22.conv2.weight";
    String here = network.startsWith("vgg") ? "conv1_2.weight" : "res4b22_branch2b.weight";
    assertThat(checkpoint.values(here)).isEqualTo((float[]) tensors.get(first)[2]);
    String classifier = network.startsWith("vgg") ? "fc8_4" : "fc1_c3";
    assertThat(checkpoint.values(classifier + ".bias")).containsOnly(0);
    assertThat(checkpoint.values(classifier + ".weight")).doesNotContain(0);
  }

  private static void resNet(Map<String, Object[]> tensors) {
    put(tensors, "conv1.weight", 64, 3, 7, 7);
    norm(tensors, "bn1", 64);
    int in = 64;
    int[] blocks = {3, 4, 23, 3};
    for (int stage = 0; stage < 4; stage++) {
      int inner = 64 << stage;
      for (int block = 0; block < blocks[stage]; block++) {
        String prefix = "layer" + (stage + 1) + "." + block + ".";
        put(tensors, prefix + "conv1.weight", inner, in, 1, 1);
        norm(tensors, prefix + "bn1", inner);
        put(tensors, prefix + "conv2.weight", inner, inner, 3, 3);
        norm(tensors, prefix + "bn2", inner);
        put(tensors, prefix + "conv3.weight", 4 * inner, inner, 1, 1);
        norm(tensors, prefix + "bn3", 4 * inner);
        if (block == 0) {
          put(tensors, prefix + "downsample.0.weight", 4 * inner, in, 1, 1);
          norm(tensors, prefix + "downsample.1", 4 * inner);
        }
        in = 4 * inner;
      }
    }
  }

  private static void norm(Map<String, Object[]> tensors, String name, int channels) {
    for (String role : List.of("weight", "bias", "running_mean", "running_var")) {
      put(tensors, name + "." + role, channels);
    }
  }

  @Test
  void numbersOfEveryWidthAreRead() {
    NamedTensor half = read("F16", new float[] {1.5f, -65504, 0x1p-24f, 0}).get("t");
    assertThat(half.values()).containsExactly(1.5f, -65504, 0x1p-24f, 0);
    assertThat(half.shape()).containsExactly(2, 2);
    assertThat(read("BF16", new float[] {1.5f, -3, 0, 256}).get("t").values())
        .containsExactly(1.5f, -3, 0, 256);
    assertThat(read("F64", new float[] {0.1f, 2, 3, 4}).get("t").values()[0])
        .isCloseTo(0.1f, within(1e-9f));
  }

  private static Map<String, NamedTensor> read(String type, float[] values) {
    return Safetensors.read(safetensors(Map.of("t", tensor(type, values, 2, 2))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'t':{'dtype':'F32','shape':[4],'data_offsets':[0,17]}} | does not lie at bytes [0, 17]",
        "{'t':{'dtype':'F32','shape':[4],'data_offsets':[-16,0]}} | does not lie at bytes [-16, 0]",
        "{'t':{'dtype':'F32','shape':[40000,-1],'data_offsets':[0,16]}} | no array has the shape",
        "{'t':{'dtype':'F32','shape':[70000,70000],'data_offsets':[0,16]}} | no array has the shape",
        "{'t':{'dtype':'Q4','shape':[4],'data_offsets':[0,16]}} | cannot read numbers of type Q4",
        "{'t':{'dtype':'F32','shape':'x','data_offsets':[0,16]}} | Invalid safetensors header",
        "{'t':7} | Invalid safetensors header",
        "{'t | Invalid safetensors header",
      })
  void hostileHeadersAreRefusedInOneLine(String header, String message) {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> WeightsImport.read(COMPACT, file(json, new byte[16]), NameMap.SAME, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
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
        .hasMessageStartingWith("Invalid ONNX file, and no safetensors: ");
  }

  @Test
  void nameMapsAreChecked() {
    assertThatThrownBy(() -> NameMap.parse("layer { a = b }", "map.conf"))
        .hasMessage("Invalid name map map.conf: unknown key layer");
    assertThatThrownBy(() -> NameMap.parse("layers { a = c, b = c }", "map.conf"))
        .hasMessage("Invalid name map map.conf: two layers get one name");
  }

  private static void assertSame(NetworkSpec network, Checkpoint actual, Checkpoint expected) {
    for (ParameterSpec parameter : network.parameters()) {
      assertThat(actual.values(parameter.name()))
          .as(parameter.name())
          .isEqualTo(expected.values(parameter.name()));
    }
  }

  private static Checkpoint random(NetworkSpec network) {
    Random random = new Random(3);
    Map<String, float[]> values = new LinkedHashMap<>();
    for (ParameterSpec parameter : network.parameters()) {
      float[] array = new float[parameter.length()];
      for (int i = 0; i < array.length; i++) {
        array[i] = 0.5f + random.nextFloat();
      }
      values.put(parameter.name(), array);
    }
    return new Checkpoint(network, values);
  }

  /** Type, shape and values by name. */
  private static Map<String, Object[]> tensors(NetworkSpec network, Checkpoint checkpoint) {
    Map<String, Object[]> tensors = new LinkedHashMap<>();
    for (ParameterSpec parameter : network.parameters()) {
      tensors.put(
          parameter.name(),
          tensor(
              "F32",
              checkpoint.values(parameter.name()),
              parameter.shape().stream().mapToInt(Integer::intValue).toArray()));
    }
    return tensors;
  }

  private static Object[] tensor(String type, float[] values, int... shape) {
    return new Object[] {type, shape, values};
  }

  private static void put(Map<String, Object[]> tensors, String name, int... shape) {
    int length = 1;
    for (int size : shape) {
      length *= size;
    }
    float[] values = new float[length];
    for (int i = 0; i < length; i += 97) {
      values[i] = Math.floorMod(name.hashCode(), 100) + i;
    }
    tensors.put(name, tensor("F32", values, shape));
  }

  private static byte[] safetensors(Map<String, Object[]> tensors) {
    ByteArrayOutputStream numbers = new ByteArrayOutputStream();
    List<String> entries = new ArrayList<>(List.of("\"__metadata__\":{\"format\":\"pt\"}"));
    tensors.forEach(
        (name, tensor) -> {
          int start = numbers.size();
          numbers.writeBytes(bytes((String) tensor[0], (float[]) tensor[2]));
          entries.add(
              String.format(
                  "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
                  name, tensor[0], Arrays.toString((int[]) tensor[1]), start, numbers.size()));
        });
    String header = "{" + String.join(",", entries) + "}";
    return file(header.getBytes(StandardCharsets.UTF_8), numbers.toByteArray());
  }

  private static byte[] file(byte[] header, byte[] numbers) {
    return ByteBuffer.allocate(8 + header.length + numbers.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(numbers)
        .array();
  }

  private static byte[] bytes(String type, float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      switch (type) {
        case "F64" -> bytes.putDouble(value);
        case "BF16" -> bytes.putShort((short) (Float.floatToIntBits(value) >> 16));
        case "F16" -> bytes.putShort(half(value));
        default -> bytes.putFloat(value);
      }
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  /** Of values that binary16 holds exactly. */
  private static short half(float value) {
    if (value == 0) {
      return 0;
    }
    int exponent = Math.max(-15, Math.getExponent(value));
    float unit = Math.scalb(1f, Math.max(-14, exponent) - 10);
    int fraction = Math.round(Math.abs(value) / unit) & 0x3ff;
    return (short) ((value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | fraction);
  }
}
