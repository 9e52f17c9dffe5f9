package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.demo.SceneFolder;
import org.deeplabspark.demo.SceneGenerator;
import org.deeplabspark.testing.Launcher;
import org.deeplabspark.testing.StandaloneCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on a real cluster of two workers that loses an executor, or its driver. */
class TrainClusterIT {

  private static final int AVERAGING = 2;
  private static final long PATIENCE_MINUTES = 4;

  @TempDir static Path dir;

  private static StandaloneCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    new SceneFolder(
            new Configuration(),
            new org.apache.hadoop.fs.Path(dir.resolve("scenes").toUri().toString()))
        .write(new SceneGenerator(5), 24);
    cluster = new StandaloneCluster(Files.createDirectories(dir.resolve("cluster")));
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void aKilledExecutorDoesNotEndTheTraining() throws Exception {
    Launcher.Running running = train("executor");
    await(running, "executor");
    cluster.executors().get(0).destroyForcibly();
    assertThat(running.process().waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).isTrue();
    assertThat(running.process().exitValue()).as(running.err()).isZero();
    assertThat(dir.resolve("executor/model.onnx")).isRegularFile();
  }

  @Test
  void aKilledDriverLosesNoMoreThanACheckpointInterval() throws Exception {
    Launcher.Running running = train("driver");
    await(running, "driver");
    running.process().destroyForcibly().waitFor();
    assertThat(dir.resolve("driver/model.onnx")).doesNotExist();
    int seen = curveEnd("driver");

    Launcher.Ended resumed =
        Launcher.run(Launcher.script(), dir, Map.of(), line("driver", "--resume"));
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    Matcher goingOn = Pattern.compile("going on after step (\\d+)").matcher(resumed.err());
    assertThat(goingOn.find()).as(resumed.err()).isTrue();
    // The curve's rows are written just before the checkpoint that they belong to.
    assertThat(Integer.parseInt(goingOn.group(1))).isBetween(seen - AVERAGING, seen);
    assertThat(dir.resolve("driver/model.onnx")).isRegularFile();
    assertThat(dir.resolve("driver-training/checkpoint")).doesNotExist();
  }

  private static Launcher.Running train(String output) throws IOException {
    return Launcher.start(Launcher.script(), dir, Map.of(), line(output));
  }

  private static String[] line(String output, String... more) {
    List<String> line = cluster.submit("1g");
    line.addAll(List.of("train", "--network", "compact", "--workers", "2"));
    line.addAll(List.of("--input", dir.resolve("scenes/image").toString()));
    line.addAll(List.of("--truth", dir.resolve("scenes/label").toString()));
    line.addAll(List.of("--output", dir.resolve(output).toString()));
    line.addAll(List.of("--classes", "background,chair,plant,lamp,bottle,umbrella"));
    line.addAll(List.of("--batch", "2", "--crop", "64", "--epochs", "4"));
    line.addAll(List.of("--averaging-frequency", String.valueOf(AVERAGING)));
    line.addAll(List.of("--checkpoint-minutes", "0"));
    line.addAll(List.of(more));
    return line.toArray(String[]::new);
  }

  /** Until the training has a checkpoint and goes on. */
  private static void await(Launcher.Running running, String output) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(PATIENCE_MINUTES);
    while (curveEnd(output) == 0 || !Files.exists(dir.resolve(output + "-training/checkpoint"))) {
      assertThat(running.process().isAlive()).as(running.err()).isTrue();
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(50);
    }
  }

  /** The step that the curve on disk reaches; 0 where there is none. */
  private static int curveEnd(String output) throws IOException {
    Path curve = dir.resolve(output + "-training/curve");
    if (!Files.isDirectory(curve)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(curve)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("step-\\d+\\.parquet"))
          .mapToInt(name -> Integer.parseInt(name.replaceAll("\\D", "")))
          .max()
          .orElse(0);
    }
  }
}
