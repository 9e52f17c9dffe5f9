package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.deeplabspark.testing.Launcher;
import org.deeplabspark.testing.StandaloneCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clusters that do not answer, or have nothing to give. */
class ClusterWaitIT {

  @TempDir Path dir;

  private String refused(String... arguments) throws Exception {
    Launcher.Ended ended = Launcher.run(Launcher.script(), dir, Map.of(), arguments);
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(ExitCode.USAGE);
    assertThat(ended.out()).isEmpty();
    return ended.err().lines().filter(line -> line.startsWith("deeplab ")).findFirst().orElse("");
  }

  @Test
  void masterThatDoesNotAnswerIsSaid() throws Exception {
    Instant began = Instant.now();
    String wait = "spark.deeplab.cluster.wait-seconds=2";
    assertThat(
            refused(
                "--master", "spark://127.0.0.1:1", "--conf", wait, "--", "demo", "--output", "o"))
        .contains("--master: no Spark master answered at spark://127.0.0.1:1 within 2 s");
    assertThat(
            refused("--master", "spark://no-such-host.invalid:7077", "--", "demo", "--output", "o"))
        .contains("--master: unknown host no-such-host.invalid");
    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(60));
    assertThat(dir.resolve("o")).doesNotExist();
  }

  @Test
  void whatIsWrongWithThePlacesIsSaidWithoutAskingTheMaster() throws Exception {
    assertThat(
            refused(
                "--master",
                "spark://127.0.0.1:1",
                "--",
                "segment",
                "--model",
                "none",
                "--input",
                "none",
                "--output",
                "o"))
        .contains("--model: there is no none");
  }

  @Test
  void executorsThatNoWorkerCanHoldAreSaidWithWhatThereIs() throws Exception {
    try (StandaloneCluster cluster = new StandaloneCluster(dir)) {
      String line =
          refused(
              "--master",
              cluster.master(),
              "--executor-memory",
              "8g",
              "--conf",
              "spark.deeplab.cluster.wait-seconds=3",
              "--",
              "demo",
              "--output",
              "o");
      assertThat(line)
          .contains(
              "No executor came within 3 s: no worker of " + cluster.master(),
              "8g of memory",
              "free on its 2 worker(s): 1 core(s) and 2048m",
              "cluster.wait-seconds");
      assertThat(dir.resolve("o")).doesNotExist();
      // The master is there and well: it is not what is wrong.
      assertThat(
              refused(
                  "--master",
                  cluster.master(),
                  "--conf",
                  "spark.executor.memory=100m",
                  "--",
                  "demo",
                  "--output",
                  "o"))
          .contains("Invalid Spark settings: [INVALID_EXECUTOR_MEMORY] Executor memory");
    }
  }
}
