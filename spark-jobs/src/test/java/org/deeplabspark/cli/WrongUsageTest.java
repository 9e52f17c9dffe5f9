package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplabspark.testing.NastyFolder;
import org.deeplabspark.testing.SharedSpark;
import org.deeplabspark.testing.VocModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrongUsageTest {

  @TempDir Path dir;

  private String input;
  private Path output;

  @BeforeEach
  void folders() throws IOException {
    SharedSpark.session();
    NastyFolder.write(dir.resolve("photos"));
    input = dir.resolve("photos").toString();
    output = dir.resolve("out");
  }

  /** Runs {@code segment} and expects one line, exit code 2 and no output. */
  private String refused(String... more) {
    List<String> line = new ArrayList<>(List.of("segment", "--output", output.toString()));
    line.addAll(List.of(more));
    String error = DeeplabTest.errorOf(ExitCode.USAGE, line.toArray(String[]::new));
    assertThat(error).hasLineCount(1).doesNotContain("Exception");
    assertThat(output).doesNotExist();
    return error;
  }

  @Test
  void missingModelOrCardIsSaid() {
    assertThat(refused("--model", dir + "/none", "--input", input))
        .contains("--model", dir + "/none");
    assertThat(refused("--model", VocModel.weights(), "--input", input)).contains("--model-card");
    assertThat(refused("--model", input, "--input", input)).contains("model.json");
    assertThat(
            refused(
                "--model",
                VocModel.weights(),
                "--model-card",
                dir + "/none.json",
                "--input",
                input))
        .contains("none.json");
  }

  @Test
  void cardThatContradictsTheNetworkIsSaid() throws IOException {
    String card = Files.readString(Path.of(VocModel.card()));
    Path wrong = dir.resolve("wrong.json");
    Files.writeString(
        wrong, card.replaceFirst("\"name\"\\s*:\\s*\"image\"", "\"name\": \"picture\""));
    assertThat(
            refused(
                "--model", VocModel.weights(), "--model-card", wrong.toString(), "--input", input))
        .contains("picture");
    Files.writeString(wrong, card.replaceFirst("\"stride\"\\s*:\\s*16", "\"stride\": 8"));
    assertThat(
            refused(
                "--model", VocModel.weights(), "--model-card", wrong.toString(), "--input", input))
        .contains("stride");
    Files.writeString(wrong, card.replaceFirst("\"sha256\"\\s*:\\s*\"[0-9a-f]", "\"sha256\": \"x"));
    assertThat(
            refused(
                "--model", VocModel.weights(), "--model-card", wrong.toString(), "--input", input))
        .contains("sha256");
  }

  @Test
  void outputThatHoldsOtherFilesIsLeftAlone() throws IOException {
    Path other = Files.createDirectories(dir.resolve("holiday"));
    Files.writeString(other.resolve("diary.txt"), "dear diary");
    String error =
        DeeplabTest.errorOf(
            ExitCode.USAGE, VocModel.segment("--input", input, "--output", other.toString()));
    assertThat(error).hasLineCount(1).contains("diary.txt");
    assertThat(other.toFile().list()).containsExactly("diary.txt");
    String file = other.resolve("diary.txt").toString();
    assertThat(
            DeeplabTest.errorOf(
                ExitCode.USAGE, VocModel.segment("--input", input, "--output", file)))
        .contains("is a file");
  }

  @Test
  void unknownOrWrongSettingsAreSaid() throws IOException {
    String[] model = {"--model", "m", "--input", input};
    assertThat(refusedWith(model, "--set", "crf.iteration=3"))
        .contains("crf.iteration ", "did you mean crf.iterations?");
    assertThat(refusedWith(model, "--set", "crf.iterations")).contains("KEY=VALUE");
    assertThat(refusedWith(model, "--set", "crf.normalization=both"))
        .contains("crf.normalization", "symmetric", "both");
    assertThat(refusedWith(model, "--partitions", "-1"))
        .contains("segment.partitions", "--partitions", "-1");
    assertThat(refusedWith(model, "--crf", "best")).contains("--crf", "deeplabv2-vgg16", "best");
    assertThat(refusedWith(model, "--run-date", "yesterday")).contains("--run-date", "yesterday");
    assertThat(refusedWith(model, "--device", "gpu")).contains("engine.device", "gpu");
    assertThat(refusedWith(model, "--modifiedAfter", "noon")).contains("modifiedAfter", "noon");
    Path config = Files.writeString(dir.resolve("my.conf"), "crf.gausian.weight = 3\n");
    assertThat(refusedWith(model, "--config", config.toString()))
        .contains("my.conf", "crf.gaussian.weight");
    System.setProperty("spark.deeplab.image.megapixels", "3");
    try {
      assertThat(refusedWith(model))
          .contains("spark.deeplab.image.megapixels", "image.max-megapixels");
    } finally {
      System.clearProperty("spark.deeplab.image.megapixels");
    }
  }

  private String refusedWith(String[] first, String... more) {
    List<String> line = new ArrayList<>(List.of(first));
    line.addAll(List.of(more));
    return refused(line.toArray(String[]::new));
  }

  @Test
  void inputThatIsNotThereIsSaid() throws IOException {
    String[] model = {"--model", VocModel.weights(), "--model-card", VocModel.card()};
    assertThat(refusedWith(model, "--input", dir + "/nowhere")).contains("nowhere");
    assertThat(refusedWith(model, "--input", dir + "/photos/*.gif")).contains("*.gif");
    assertThat(refusedWith(model, "--input", dir.toString()))
        .contains("no image", "--recursiveFileLookup");
    assertThat(refusedWith(model, "--files-from", dir + "/nolist"))
        .contains("--files-from", "nolist");
    Files.writeString(dir.resolve("a.tar.gz"), "x");
    assertThat(refusedWith(model, "--input", dir + "/a.tar.gz"))
        .contains("archives are not read yet");
    assertThat(refusedWith(model)).contains("--input");
    assertThat(refusedWith(model, "--input", input, "--files-from", "list"))
        .contains("--files-from");
  }
}
