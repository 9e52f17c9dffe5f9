package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.testing.Launcher;
import org.deeplabspark.testing.SharedData;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What concerns GPUs and can be said without one. */
class GpuUsageTest {

  private static final String AMOUNT = "spark.task.resource.gpu.amount";

  @TempDir Path dir;

  @Test
  void anEmbeddedSparkIsNotAskedForGpusThatItWouldWaitFor() {
    System.setProperty(AMOUNT, "1");
    try {
      assertRefused(
          "auto",
          "Invalid "
              + AMOUNT
              + ": an embedded Spark schedules no GPUs; leave it out and give --device cuda");
    } finally {
      System.clearProperty(AMOUNT);
    }
  }

  @Test
  void cudaWithoutItsRuntimeIsSaidAtOnce() {
    SharedSpark.session();
    // A number that no machine has: fails with and without CUDA.
    assertRefused("cuda:99", "Invalid device cuda:99: ");
  }

  private void assertRefused(String device, String message) {
    PrintStream err = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    int code;
    try {
      code =
          Deeplab.run(
              "segment",
              "--model",
              SharedData.root().resolve("conf/models/compact-scenes").toString(),
              "--input",
              dir.toString(),
              "--output",
              dir.resolve("out").toString(),
              "--device",
              device);
    } finally {
      System.setErr(err);
    }
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("deeplab segment: " + message);
    assertThat(code).isEqualTo(ExitCode.USAGE);
    assertThat(dir.resolve("out")).doesNotExist();
  }

  @Test
  void discoveryPrintsWhatSparkReads() throws IOException, InterruptedException {
    Path bin = Files.createDirectories(dir.resolve("bin"));
    Path smi = bin.resolve("nvidia-smi");
    Files.writeString(smi, "#!/bin/sh\n[ \"$1\" = --query-gpu=index ] && printf '0\\n1\\n'\n");
    assertThat(smi.toFile().setExecutable(true)).isTrue();
    Path script = Launcher.script().resolveSibling("gpu-discovery");

    Launcher.Ended two =
        Launcher.run(script, dir, Map.of("PATH", bin + File.pathSeparator + System.getenv("PATH")));
    assertThat(two.out()).isEqualTo("{\"name\": \"gpu\", \"addresses\": [\"0\", \"1\"]}\n");
    assertThat(two.exitCode()).isZero();

    Files.writeString(smi, "#!/bin/sh\necho 'No devices were found'\nexit 6\n");
    Launcher.Ended none =
        Launcher.run(script, dir, Map.of("PATH", bin + File.pathSeparator + System.getenv("PATH")));
    assertThat(none.out()).isEqualTo("{\"name\": \"gpu\", \"addresses\": []}\n");
    assertThat(none.exitCode()).isZero();
  }

  @Test
  void gpuProfileHoldsSparkPropertiesAndSettingsThatExist() throws IOException {
    Properties profile = new Properties();
    try (var in = Files.newInputStream(SharedData.root().resolve("conf/spark-gpu.conf"))) {
      profile.load(in);
    }
    int tasks = Integer.parseInt(profile.getProperty("spark.executor.cores").strip());
    assertThat(Double.parseDouble(profile.getProperty(AMOUNT)) * tasks)
        .as("as many tasks share the GPU as there are cores")
        .isEqualTo(1);
    Settings settings =
        Settings.reference()
            .withSparkProperties(
                profile.stringPropertyNames().stream()
                    .collect(
                        Collectors.toMap(key -> key, key -> profile.getProperty(key).strip())));
    assertThat(settings.text("engine.device")).isEqualTo("cuda");
  }
}
