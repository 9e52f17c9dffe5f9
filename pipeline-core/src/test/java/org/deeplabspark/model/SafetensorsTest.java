package org.deeplabspark.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SafetensorsTest {

  @Test
  void numbersOfEveryWidthAreRead() {
    StoredTensor half = read("F16", new float[] {1.5f, -65504, 0x1p-24f, 0});
    assertThat(half.numbers().get()).containsExactly(1.5f, -65504, 0x1p-24f, 0);
    assertThat(half.shape()).containsExactly(2L, 2L);
    assertThat(read("BF16", new float[] {1.5f, -3, 0, 256}).numbers().get())
        .containsExactly(1.5f, -3, 0, 256);
    assertThat(read("F64", new float[] {0.1f, 2, 3, 4}).numbers().get()[0])
        .isCloseTo(0.1f, within(1e-9f));
  }

  private static StoredTensor read(String type, float[] values) {
    byte[] file = TensorFiles.safetensors(Map.of("t", TensorFiles.tensor(type, values, 2, 2)));
    return WeightsFile.read("t", file).tensors().get(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'t':{'dtype':'F32','shape':[4],'data_offsets':[0,17]}} | does not lie at bytes [0, 17]",
        "{'t':{'dtype':'F32','shape':[4],'data_offsets':[-16,0]}} | does not lie at bytes [-16, 0]",
        "{'t':{'dtype':'I64','shape':[4],'data_offsets':[0,16]}} | does not lie at bytes [0, 16]",
        "{'t':{'dtype':'F32','shape':[40000,-1],'data_offsets':[0,16]}} | no array has the shape",
        "{'t':{'dtype':'F32','shape':[70000,70000],'data_offsets':[0,16]}} | no array has the shape",
        "{'t':{'dtype':'Q4','shape':[4],'data_offsets':[0,16]}} | cannot read numbers of type Q4",
        "{'t':{'dtype':'F32','shape':'x','data_offsets':[0,16]}} | VALUE_STRING has no place in t",
        "{'t':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,16]}} | out of range",
        "{'t':{'dtype':'F32','data_offsets':[0,16]}} | tensor t has no shape",
        "{'t':{'dtype':'F32','shape':[4],'data_offsets':[0,16],'x':1}} | the unknown key x",
        "{'t':7} | VALUE_NUMBER_INT has no place in t",
        "{'t | Unexpected end-of-input",
        "{'t':{'dtype':'F32','shape':[4],'data_offsets':[0,16]},'t':7} | Duplicate field 't'",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[4,16]},"
            + "'b':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | tensors b and a have bytes in common",
      })
  void hostileHeadersAreRefusedInOneLine(String header, String message) {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> WeightsFile.read("t", TensorFiles.file(json, new byte[16])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid ")
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"t\":", "{\"__metadata__\":", "{\"t\":{\"shape\":", ""})
  @Timeout(value = 10, unit = TimeUnit.SECONDS)
  void deepJsonIsRefusedAtItsFirstBracketOutOfPlace(String start) {
    for (String bracket : List.of("[", "{\"a\":")) {
      byte[] json =
          (start.isEmpty() ? "{\"\":" : start)
              .concat(bracket.repeat(1_000_000))
              .getBytes(StandardCharsets.UTF_8);
      assertThatThrownBy(() -> WeightsFile.read("t", TensorFiles.file(json, new byte[16])))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Invalid safetensors header: ");
    }
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.SECONDS)
  void moreTensorsThanAnyNetworkHasAreRefusedAtOnce() {
    String header =
        IntStream.range(0, 200_000)
            .mapToObj(i -> "\"" + i + "\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}")
            .collect(Collectors.joining(",", "{", "}"));
    byte[] file = TensorFiles.file(header.getBytes(StandardCharsets.UTF_8), new byte[16]);
    assertThatThrownBy(() -> WeightsFile.read("t", file))
        .hasMessage("Invalid weights file: more than 10,000 tensors");
    byte[] longHeader =
        TensorFiles.file(" ".repeat(17 << 20).getBytes(StandardCharsets.UTF_8), new byte[16]);
    longHeader[8] = '{';
    assertThatThrownBy(() -> WeightsFile.read("t", longHeader))
        .hasMessage("Invalid safetensors header: 17825792 bytes long, at most 16777216 are read");
  }

  @Test
  void anEndlessNameIsRefusedBeforeAnyPatternSeesIt() {
    byte[] file =
        TensorFiles.safetensors(
            Map.of("module.".repeat(100_000), TensorFiles.tensor("F32", new float[1], 1)));
    assertThatThrownBy(() -> WeightsFile.read("t", file))
        .hasMessageMatching(
            "Invalid tensor (module\\.){28}modu\\.\\.\\.: its name has 700,000 characters, at most"
                + " 1,000 are read");
  }
}
