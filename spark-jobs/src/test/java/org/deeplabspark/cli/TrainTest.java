package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainTest {

  @Test
  void scenesAreWrittenAsPairs(@TempDir Path dir) {
    assertThat(Deeplab.run("scenes", "--output", dir.toString(), "--count", "2", "--seed", "4"))
        .isEqualTo(ExitCode.DONE);
    assertThat(dir.resolve("image/scene-00001.png")).isRegularFile();
    assertThat(dir.resolve("label/scene-00001.png")).isRegularFile();
    assertThat(dir.resolve("image/scene-00002.png")).doesNotExist();
  }

  @Test
  void noScenesAreWrongUsage(@TempDir Path dir) {
    assertThat(Deeplab.run("scenes", "--output", dir.toString(), "--count", "0"))
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void wrongUsageWritesNoModel(@TempDir Path dir) throws Exception {
    Deeplab.run("scenes", "--output", dir.toString(), "--count", "1");
    Path model = dir.resolve("model");
    assertThat(train(dir, model, "--network", "huge")).isEqualTo(ExitCode.USAGE);
    assertThat(train(dir, model, "--network", "compact", "--crop", "100"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(train(dir, model, "--network", "compact", "--learning-rate", "-1"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(train(dir, model, "--network", "compact", "--validation-input", "x"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(train(dir, model, "--network", "compact", "--freeze", "stem*"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(train(dir, model, "--network", "compact", "--from", "x", "--freeze", "trunk*"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(train(dir, model, "--network", "compact", "--class-weights", "1,2"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(train(dir, model, "--network", "compact", "--dataset", "camvid"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(Files.exists(model)).isFalse();
  }

  @Test
  void progressIsNoResult(@TempDir Path dir) {
    SharedSpark.session();
    Deeplab.run("scenes", "--output", dir.toString(), "--count", "1");
    Path model = dir.resolve("model");
    String said =
        DeeplabTest.outputOf(
            ExitCode.DONE,
            "train",
            "--network",
            "compact",
            "--input",
            dir.resolve("image").toString(),
            "--truth",
            dir.resolve("label").toString(),
            "--output",
            model.toString(),
            "--classes",
            "a,b,c,d,e,f",
            "--epochs",
            "1",
            "--crop",
            "64",
            "--batch",
            "1",
            "--workers",
            "1",
            "--averaging-frequency",
            "1");
    assertThat(said).isEqualTo("model written to " + model + "\n");
  }

  private static int train(Path dir, Path model, String... more) {
    String[] given = {
      "train",
      "--input",
      dir.resolve("image").toString(),
      "--truth",
      dir.resolve("label").toString(),
      "--output",
      model.toString(),
      "--classes",
      "a,b,c,d,e,f"
    };
    String[] all = java.util.Arrays.copyOf(given, given.length + more.length);
    System.arraycopy(more, 0, all, given.length, more.length);
    return Deeplab.run(all);
  }
}
