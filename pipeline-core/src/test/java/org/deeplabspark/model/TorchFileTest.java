package org.deeplabspark.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * On files of PyTorch itself (README.md beside them says how they were made) and on hostile ones.
 */
final class TorchFileTest {

  private static byte[] resource(String name) throws Exception {
    try (var stream = TorchFileTest.class.getResourceAsStream(name)) {
      return stream.readAllBytes();
    }
  }

  private static Map<String, StoredTensor> read(byte[] file) {
    Map<String, StoredTensor> tensors = new HashMap<>();
    WeightsFile.read("t", file).tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
    return tensors;
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch-zip.pth", "torch-stream.pth"})
  void tensorsAreReadAsPyTorchSavedThem(String file) throws Exception {
    Map<String, StoredTensor> tensors = read(resource(file));
    assertThat(tensors.get("conv.weight").shape()).containsExactly(2L, 3L);
    assertThat(tensors.get("conv.weight").numbers().get()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(tensors.get("turned").shape()).containsExactly(3L, 2L);
    assertThat(tensors.get("turned").numbers().get()).containsExactly(0, 3, 1, 4, 2, 5);
    assertThat(tensors.get("part").numbers().get()).containsExactly(3, 4, 5);
    assertThat(tensors.get("half").type()).isEqualTo("F16");
    assertThat(tensors.get("half").numbers().get()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(tensors.get("bn.num_batches_tracked").type()).isEqualTo("I64");
    assertThat(tensors.get("bn.num_batches_tracked").shape()).isEmpty();
    assertThat(tensors.get("parameter").numbers().get()).containsExactly(1.5f, -2);
    assertThat(tensors).hasSize(6);
  }

  @Test
  void aTrainingsStateGivesNamesWithDots() throws Exception {
    assertThat(read(resource("torch-checkpoint.pth")).keySet())
        .containsExactlyInAnyOrder("state_dict.module.conv.weight", "optimizer.state.0.buffer");
  }

  @Test
  void aWholeModuleIsRefusedByItsClass() throws Exception {
    byte[] file = resource("torch-module.pth");
    assertThatThrownBy(() -> WeightsFile.read("t", file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid .pth file: its pickle wants torch.nn.modules.container.Sequential, which may"
                + " run any program and is not read: save its tensors as safetensors instead, in"
                + " Python: safetensors.torch.save_file(model.state_dict(),"
                + " \"weights.safetensors\")");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cposix~system~(X4:lstR. | wants posix.system, which",
        "c__builtin__~eval~. | wants __builtin__.eval, which",
        "ctorch._utils~_rebuild_tensor_v3~. | wants torch._utils._rebuild_tensor_v3, which",
        "ctorch~load~. | wants torch.load, which",
        "X9:torch.hubX4:load%93. | wants torch.hub.load, which",
        "ctorch~FloatStorage~)R. | wants a call of torch.FloatStorage, which",
        "ccollections~OrderedDict~)%81. | wants the instruction NEWOBJ, which",
        "(iposix~system~. | wants the instruction INST, which",
        "%82%01. | wants the instruction EXT1, which",
        "P0~. | wants the instruction PERSID, which",
        "%fe. | wants the instruction 0xfe, which",
        "})K%01s. | wants a key that is neither a text nor a whole number, which",
        "}K%01. | there is no tensor in it",
        "K%01}b. | its pickle is malformed",
        "t. | its pickle is malformed",
        "R. | its pickle is malformed",
        "h%05. | its pickle is malformed",
        "X99:abc. | its pickle is malformed",
        "(X7:storagectorch~FloatStorage~X1:0X3:cpuK%02tQ. | lacks data/0",
        "K%01 | it is cut off or damaged",
      })
  void whateverIsNoTensorIsRefusedByName(String pickle, String message) {
    byte[] file = TensorFiles.zip(Map.of("a/data.pkl", assemble(pickle)));
    assertThatThrownBy(() -> WeightsFile.read("t", file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("(?s)Invalid (.pth|weights) file: .*")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    // Offset, shape, stride of a view of two numbers.
    "K%00, K%03, K%01",
    "K%01, K%02, K%01",
    "K%00, K%02, K%02",
    "J%ff%ff%ff%ff, K%01, K%01",
    "K%00, J%ff%ff%ff%ff, K%01",
    "K%00, K%02, J%ff%ff%ff%ff",
    "K%00, K%02, %8a%08%ff%ff%ff%ff%ff%ff%ff%7f",
  })
  void aTensorOutsideItsStorageIsRefused(String offset, String size, String stride) {
    byte[] file =
        TensorFiles.zip(Map.of("a/data.pkl", view(offset, size, stride), "a/data/0", new byte[8]));
    assertThatThrownBy(() -> WeightsFile.read("t", file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid .pth file: ");
  }

  @Test
  void aStorageOfAnotherLengthThanThePickleSaysIsRefused() {
    byte[] file =
        TensorFiles.zip(
            Map.of("a/data.pkl", view("K%00", "K%02", "K%01"), "a/data/0", new byte[4]));
    assertThatThrownBy(() -> WeightsFile.read("t", file))
        .hasMessage("Invalid .pth file: storage 0 has 4 bytes instead of 2 numbers of type F32");
  }

  @Test
  void aHugeViewOfOneNumberTakesNoMemoryBeforeItIsWanted() {
    byte[] pickle = view("K%00", "J%ff%ff%ff%7f", "K%00");
    byte[] file = TensorFiles.zip(Map.of("a/data.pkl", pickle, "a/data/0", new byte[8]));
    assertThat(WeightsFile.read("t", file).tensors().get(0).length()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.SECONDS)
  void collectionsThatHoldThemselvesAreRefused() {
    // A list of itself; and lists of two of the next, 28 deep.
    StringBuilder doubling = new StringBuilder("]q%00");
    for (int i = 0; i < 28; i++) {
      doubling.append("]q%01h%00ah%00aq%00");
    }
    for (String pickle : List.of("]q%00h%00a.", doubling + ".")) {
      byte[] file = TensorFiles.zip(Map.of("a/data.pkl", assemble(pickle)));
      assertThatThrownBy(() -> WeightsFile.read("t", file))
          .hasMessage("Invalid .pth file: its collections are nested too deeply");
    }
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.SECONDS)
  void aLongListThatManyCallsTakeIsRefused() {
    // One list of 100,000 pairs of the same key, and 100,000 dictionaries made of it.
    String pickle =
        "ccollections~OrderedDict~q%01]q%00("
            + "K%00K%00%86".repeat(100_000)
            + "e"
            + "h%01h%00%85R".repeat(100_000)
            + ".";
    byte[] file = TensorFiles.zip(Map.of("a/data.pkl", assemble(pickle)));
    assertThatThrownBy(() -> WeightsFile.read("t", file))
        .hasMessage("Invalid .pth file: the collections that its pickle makes are too large");
  }

  @Test
  void damagedFilesEndInOneLine() throws Exception {
    Random random = new Random(5);
    for (String name : List.of("torch-zip.pth", "torch-stream.pth", "torch-checkpoint.pth")) {
      byte[] whole = resource(name);
      for (int i = 0; i < 1000; i++) {
        byte[] damaged = i % 3 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole;
        damaged = damaged.clone();
        for (int n = 0; n < 1 + i % 4 && damaged.length > 4; n++) {
          damaged[4 + random.nextInt(damaged.length - 4)] = (byte) random.nextInt();
        }
        byte[] file = damaged;
        assertThatCode(
                () -> {
                  try {
                    WeightsFile.read("t", file).tensors().stream()
                        .filter(tensor -> tensor.floating() && tensor.length() < 1000)
                        .forEach(tensor -> assertThat(tensor.numbers().get()).isNotNull());
                  } catch (IllegalArgumentException e) {
                    assertThat(e.getMessage()).startsWith("Invalid ").doesNotContain("\n");
                  }
                })
            .doesNotThrowAnyException();
      }
    }
  }

  @Test
  void otherZipFilesAndPicklesAreSaid() {
    assertThatThrownBy(
            () -> WeightsFile.read("t", TensorFiles.zip(Map.of("word/document.xml", new byte[3]))))
        .hasMessage("Invalid .pth file: a zip file without data.pkl, which PyTorch writes");
    assertThatThrownBy(() -> WeightsFile.read("t", assemble("%80%02}.")))
        .hasMessage("Invalid .pth file: a pickle that torch.save did not write");
  }

  /** A dictionary of one tensor of two numbers in storage 0. */
  private static byte[] view(String offset, String size, String stride) {
    return assemble(
        "}X1:tctorch._utils~_rebuild_tensor_v2~((X7:storagectorch~FloatStorage~X1:0X3:cpuK%02tQ"
            + offset
            + "("
            + size
            + "t("
            + stride
            + "t%89)tRs.");
  }

  /** Bytes as they stand; ~ ends a line, %hh is a byte, and Xn: a text's length in four bytes. */
  private static byte[] assemble(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 2;
      } else if (c == 'X' && text.substring(i).matches("X\\d+:.*")) {
        int colon = text.indexOf(':', i);
        bytes.write('X');
        bytes.write(Integer.parseInt(text.substring(i + 1, colon)));
        bytes.writeBytes(new byte[3]);
        i = colon;
      } else {
        bytes.write(c == '~' ? '\n' : c);
      }
    }
    return bytes.toByteArray();
  }
}
