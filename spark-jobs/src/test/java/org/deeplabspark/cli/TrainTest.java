package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.io.OutputDirectory;
import org.deeplabspark.io.RunIds;
import org.deeplabspark.io.RunLock;
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

  @Test
  void wrongValuesNameTheirOptionAndItsRule(@TempDir Path dir) {
    Deeplab.run("scenes", "--output", dir.toString(), "--count", "1");
    Path model = dir.resolve("model");
    assertThat(refused(dir, model, "--void-label=3"))
        .isEqualTo("Invalid --void-label: must be 6 to 255 beside 6 classes, got 3");
    assertThat(refused(dir, model, "--min-scale=2", "--max-scale=1"))
        .isEqualTo("Invalid --max-scale: must be at least --min-scale, 2.0, got 1.0");
    assertThat(refused(dir, model, "--batch", "0"))
        .isEqualTo("Invalid --batch: must be at least 1, got 0");
    assertThat(refused(dir, model, "--clip-norm=0"))
        .isEqualTo("Invalid --clip-norm: must be above 0, got 0.0");
    assertThat(refused(dir, model, "--momentum=1"))
        .isEqualTo("Invalid --momentum: must be at least 0 and below 1, got 1.0");
    assertThat(refused(dir, model, "--from=" + dir.resolve("image/scene-00000.png")))
        .startsWith(
            "Invalid --from: must be a directory with model.json and weights, got the file");
    assertThat(refused(dir, model, "--classes", "a,b,a"))
        .isEqualTo("Invalid plain ids 0 to 2: class a stands twice");
  }

  private static String refused(Path dir, Path model, String... more) {
    String said = DeeplabTest.errorOf(ExitCode.USAGE, tiny(dir, model, more));
    assertThat(said).hasLineCount(1).startsWith("deeplab train: ");
    return said.substring("deeplab train: ".length()).strip();
  }

  @Test
  void aTrainingThatDivergesFailsAndLeavesTheModel(@TempDir Path dir) throws Exception {
    Path model = trained(dir);
    byte[] before = Files.readAllBytes(model.resolve("model.onnx"));
    for (String rate : List.of("1000", "1e30")) {
      for (String frequency : List.of("1", "8")) {
        assertThat(
                DeeplabTest.errorOf(
                    ExitCode.FAILED,
                    tiny(dir, model, "--learning-rate", rate, "--averaging-frequency", frequency)))
            .containsPattern(
                "deeplab train: Training diverged by step \\d of 3 at a learning rate of \\S+ [(]")
            .contains("there was no checkpoint yet, begin anew with a lower --learning-rate")
            .contains("the model in " + model + " stays as it was");
      }
    }
    assertThat(model.resolve("model.onnx")).hasBinaryContent(before);
    assertThat(DeeplabTest.errorOf(ExitCode.DONE, tiny(dir, model, "--resume")))
        .contains("no checkpoint in ");
  }

  @Test
  void aSingleStepThatRuinsTheWeightsIsNoSuccess(@TempDir Path dir) {
    Deeplab.run("scenes", "--output", dir.toString(), "--count", "1");
    Path model = dir.resolve("model");
    assertThat(DeeplabTest.errorOf(ExitCode.FAILED, tiny(dir, model, "--learning-rate", "1000")))
        .contains("Training diverged by step 1 of 1 at a learning rate of 1000 (weights ")
        .contains(" times as large as at the start): ");
    assertThat(model).doesNotExist();
  }

  @Test
  void aLimitOfTheGradientKeepsATrainingThatWouldDiverge(@TempDir Path dir) {
    Deeplab.run("scenes", "--output", dir.toString(), "--count", "1");
    String[] line = {"--learning-rate=1000", "--clip-norm=0.0001", "--momentum=0"};
    assertThat(Deeplab.run(tiny(dir, dir.resolve("model"), line))).isEqualTo(ExitCode.DONE);
  }

  @Test
  void aSecondTrainingOnAModelIsRefusedInOneLine(@TempDir Path dir) throws Exception {
    Deeplab.run("scenes", "--output", dir.toString(), "--count", "1");
    Path model = dir.resolve("model");
    OutputDirectory place =
        OutputDirectory.open(
            new Configuration(false),
            dir.resolve(".model.lock").toString(),
            RunIds.next(),
            OutputDirectory.Owner.SEGMENT);
    try (RunLock lock = RunLock.take(place, Duration.ofMinutes(10))) {
      assertThat(DeeplabTest.errorOf(ExitCode.FAILED, tiny(dir, model)))
          .hasLineCount(1)
          .startsWith("deeplab train: Run " + place.runId() + " (process ")
          .contains(" is writing to file:" + model + "; wait for its end, or 10 minutes from ");
      lock.check();
    }
    assertThat(model).doesNotExist();
    assertThat(dir.resolve("model-training")).doesNotExist();
  }

  @Test
  void trainingOnAGpuIsRefusedInOneLine(@TempDir Path dir) {
    Deeplab.run("scenes", "--output", dir.toString(), "--count", "1");
    assertThat(refused(dir, dir.resolve("model"), "--device", "cuda"))
        .startsWith("Invalid --device: training runs on CPUs only, must be cpu, got cuda; ");
  }

  @Test
  void aFinishedTrainingIsNotTrainedAgain(@TempDir Path dir) throws Exception {
    Path model = trained(dir);
    byte[] before = Files.readAllBytes(model.resolve("model.json"));
    String folder = model + "-training";
    assertThat(DeeplabTest.outputOf(ExitCode.DONE, tiny(dir, model, "--resume")))
        .isEqualTo(
            String.format(
                "the training in %s had ended: %s stays as it is; without --resume it begins anew%n",
                folder, model));
    assertThat(
            DeeplabTest.errorOf(
                ExitCode.USAGE,
                tiny(dir, model, "--resume", "--learning-rate", "0.5", "--classes", "a,b,c,d,e,z")))
        .contains("Invalid --resume: the training in file:" + folder + " had other settings: ")
        .contains("--classes was [a, b, c, d, e, f] and is [a, b, c, d, e, z], ")
        .contains("--learning-rate was 0.04 and is 0.5; give it those, or delete ")
        .doesNotContain("--seed");
    assertThat(DeeplabTest.errorOf(ExitCode.USAGE, tiny(dir, model, "--resume", "--epochs", "2")))
        .contains("--epochs was 1.0 and is 2.0");
    assertThat(model.resolve("model.json")).hasBinaryContent(before);
    Files.delete(model.resolve("model.json"));
    Files.delete(model.resolve("model.onnx"));
    assertThat(DeeplabTest.outputOf(ExitCode.DONE, tiny(dir, model, "--resume")))
        .isEqualTo("model written to " + model + "\n");
  }

  @Test
  void anEpochEndsWhereItWasAskedTo(@TempDir Path dir) {
    Deeplab.run("scenes", "--output", dir.toString(), "--count", "3");
    Path model = dir.resolve("model");
    assertThat(DeeplabTest.errorOf(ExitCode.DONE, tiny(dir, model, "--averaging-frequency", "8")))
        .contains(
            "workers 1, batch 1, averaging every 8 minibatches: effective batch 1 (8 crops between"
                + " averagings); 3 steps, 1.0 epochs of 3 images")
        .contains("step 3/3  epoch 1.0")
        .doesNotContain("instead of");
    assertThat(
            DeeplabTest.errorOf(
                ExitCode.DONE,
                tiny(dir, model, "--epochs=10", "--workers=2", "--averaging-frequency=4")))
        .contains(
            "workers 2, batch 1, averaging every 4 minibatches: effective batch 2 (8 crops between"
                + " averagings); 15 steps, 10.0 epochs of 3 images")
        .contains("step 15/15  epoch 10.0");
    assertThat(DeeplabTest.errorOf(ExitCode.DONE, tiny(dir, model, "--batch", "8")))
        .contains("a step of all workers has 8 crops: 2.7 epochs of 3 images instead of 1.0");
  }

  private static Path trained(Path dir) {
    Deeplab.run("scenes", "--output", dir.toString(), "--count", "3");
    Path model = dir.resolve("model");
    assertThat(Deeplab.run(tiny(dir, model))).isEqualTo(ExitCode.DONE);
    return model;
  }

  private static String[] tiny(Path dir, Path model, String... more) {
    SharedSpark.session();
    List<String> all =
        new ArrayList<>(
            List.of(
                "train",
                "--network=compact",
                "--input=" + dir.resolve("image"),
                "--truth=" + dir.resolve("label"),
                "--output=" + model,
                "--crop=64"));
    all.addAll(List.of(more));
    List.of("--epochs=1", "--batch=1", "--workers=1", "--classes=a,b,c,d,e,f").stream()
        .filter(
            text ->
                List.of(more).stream()
                    .noneMatch(given -> given.startsWith(text.substring(0, text.indexOf('=')))))
        .forEach(all::add);
    return all.toArray(String[]::new);
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
