package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.demo.SceneFolder;
import org.deeplabspark.demo.SceneGenerator;
import org.deeplabspark.testing.Duck;
import org.deeplabspark.testing.Launcher;
import org.deeplabspark.testing.ShippedModel;
import org.deeplabspark.testing.StandaloneCluster;
import org.deeplabspark.testing.TestGpu;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes with and without a device for the CRF. */
class CrfDeviceIT {

  private static final int SCENES = 3;

  @TempDir static Path dir;

  @BeforeAll
  static void draw() throws IOException {
    new SceneFolder(new Configuration(), new org.apache.hadoop.fs.Path(dir.toString()))
        .write(new SceneGenerator(7), SCENES);
  }

  private static List<String> segment(String output, String device) {
    return List.of(
        "segment",
        "--model",
        ShippedModel.directory(),
        "--input",
        dir.resolve("image").toString(),
        "--output",
        dir.resolve(output).toString(),
        "--set",
        "crf.device=" + device,
        "--set",
        "crf.iterations=2");
  }

  private static Launcher.Ended run(Map<String, String> environment, List<String> arguments)
      throws IOException, InterruptedException {
    return Launcher.run(Launcher.script(), dir, environment, arguments.toArray(String[]::new));
  }

  /** As on a machine where nobody has installed OpenCL. */
  @Test
  void aMachineWithoutDevicesUsesItsCoresOrSaysWhatIsMissing() throws Exception {
    Map<String, String> nothing =
        Map.of("OCL_ICD_VENDORS", Files.createDirectories(dir.resolve("none")).toString());

    Launcher.Ended required = run(nothing, segment("required", "gpu"));
    assertThat(required.exitCode()).as(required.err()).isEqualTo(ExitCode.USAGE);
    assertThat(required.err().lines().filter(line -> line.startsWith("deeplab segment: ")))
        .singleElement()
        .asString()
        .contains("Invalid crf.device gpu: No compute device: CUDA: no libcuda.so.1; OpenCL: ")
        .endsWith("or set crf.device to auto or cpu");
    assertThat(required.err()).doesNotContain("\tat ");
    assertThat(dir.resolve("required")).doesNotExist();

    Launcher.Ended either = run(nothing, segment("either", "auto"));
    assertThat(either.exitCode()).as(either.err()).isEqualTo(ExitCode.DONE);
    assertThat(either.err().lines().filter(line -> line.contains("CRF on this machine's cores: ")))
        .singleElement()
        .asString()
        .contains("No compute device: ");
    assertThat(Duck.maskDigests(dir.resolve("either"))).hasSize(SCENES);
  }

  @Test
  void executorsOfAClusterGiveTheMasksOfTheCores() throws Exception {
    TestGpu.require();
    Launcher.Ended cores = run(Map.of(), segment("cores", "cpu"));
    assertThat(cores.exitCode()).as(cores.err()).isEqualTo(ExitCode.DONE);

    try (StandaloneCluster cluster =
        new StandaloneCluster(Files.createDirectories(dir.resolve("cluster")))) {
      List<String> submitted = new ArrayList<>(cluster.submit("1500m"));
      submitted.addAll(segment("devices", "gpu"));
      Launcher.Ended devices = run(Map.of(), submitted);
      assertThat(devices.exitCode()).as(devices.err()).isEqualTo(ExitCode.DONE);
    }
    assertThat(Duck.maskDigests(dir.resolve("devices")))
        .hasSize(SCENES)
        .isEqualTo(Duck.maskDigests(dir.resolve("cores")));
  }
}
