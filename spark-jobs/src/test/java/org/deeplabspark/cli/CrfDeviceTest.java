package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.demo.SceneFolder;
import org.deeplabspark.demo.SceneGenerator;
import org.deeplabspark.testing.Duck;
import org.deeplabspark.testing.SharedSpark;
import org.deeplabspark.testing.ShippedModel;
import org.deeplabspark.testing.TestGpu;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The CRF on a device, from the command line; drawn scenes and the shipped network. */
class CrfDeviceTest {

  private static final int SCENES = 4;

  @TempDir static Path dir;

  @BeforeAll
  static void draw() throws IOException {
    TestGpu.require();
    SharedSpark.session();
    new SceneFolder(new Configuration(), new org.apache.hadoop.fs.Path(dir.toString()))
        .write(new SceneGenerator(7), SCENES);
  }

  private static String run(int code, String command, Path output, String... more) {
    return DeeplabTest.outputOf(code, line(command, output, more));
  }

  private static String[] line(String command, Path output, String... more) {
    List<String> line =
        new ArrayList<>(
            List.of(
                command,
                "--model",
                ShippedModel.directory(),
                "--input",
                dir.resolve("image").toString(),
                "--output",
                output.toString()));
    line.addAll(List.of(more));
    return line.toArray(String[]::new);
  }

  private static JsonNode record(Path output) throws IOException {
    try (Stream<Path> runs = Files.list(output.resolve("_runs"))) {
      Path json = runs.filter(file -> file.toString().endsWith(".json")).findFirst().orElseThrow();
      return new ObjectMapper().readTree(json.toFile());
    }
  }

  @Test
  void masksAreThoseOfTheCores() throws IOException {
    Path cores = dir.resolve("cores");
    Path device = dir.resolve("device");
    run(ExitCode.DONE, "segment", cores, "--set", "crf.device=cpu");
    run(ExitCode.DONE, "segment", device, "--set", "crf.device=gpu", "--set", "crf.device-batch=3");

    assertThat(Duck.maskDigests(device)).hasSize(SCENES).isEqualTo(Duck.maskDigests(cores));
    String figures = "SELECT image_id, class_pixels, crf_changed_fraction FROM ";
    assertThat(Duck.query(figures + Duck.table(device, "masks") + " ORDER BY 1"))
        .isEqualTo(Duck.query(figures + Duck.table(cores, "masks") + " ORDER BY 1"));
    assertThat(record(device).at("/executors/0/crf_device").asText()).matches("(opencl|cuda):0 .+");
    assertThat(record(cores).at("/executors/0/crf_device").asText()).isEqualTo("cpu");

    // The digest of the settings is the same, so that nothing is done again.
    assertThat(run(ExitCode.DONE, "segment", cores, "--set", "crf.device=gpu"))
        .contains(SCENES + " done already");
  }

  @Test
  void aSweepCountsTheSame() {
    List<List<List<String>>> counts = new ArrayList<>();
    for (String device : List.of("cpu", "gpu")) {
      Path output = dir.resolve("sweep-" + device);
      run(
          ExitCode.DONE,
          "sweep-crf",
          output,
          "--truth",
          dir.resolve("label").toString(),
          "--grid",
          "crf.bilateral.weight=2;crf.iterations=1,3",
          "--refine",
          "0",
          "--set",
          "crf.device=" + device);
      counts.add(
          Duck.query(
              "SELECT * FROM "
                  + Duck.table(output, "per_image")
                  + " ORDER BY setting_id, image_id, class_id"));
    }
    assertThat(counts.get(1)).isNotEmpty().isEqualTo(counts.get(0));
  }

  @Test
  void whatDoesNotFitIsARowThatSaysWhatToDo() {
    Path output = dir.resolve("small");
    run(
        ExitCode.TOO_MANY_BAD,
        "segment",
        output,
        "--set",
        "crf.device=gpu",
        "--set",
        "crf.device-memory-mib=16");
    assertThat(
            Duck.query(
                "SELECT DISTINCT stage, code, regexp_replace(message, '[0-9]+', 'N', 'g') FROM "
                    + Duck.table(output, "errors")))
        .containsExactly(
            List.of(
                "crf",
                "crf-memory",
                "Invalid image for the CRF: N x N: N pixels with N labels need N MiB on the device,"
                    + " more than the budget of N MiB; raise crf.device-memory-mib, or let the cores do"
                    + " it (crf.device = auto or cpu)"));
  }

  @Test
  void deviationsThatAreTooSmallAreRowsAndABudgetForNothingIsOneLine() {
    Path output = dir.resolve("fine");
    run(
        ExitCode.TOO_MANY_BAD,
        "segment",
        output,
        "--set",
        "crf.device=gpu",
        "--set",
        "crf.bilateral.rgb-std=0.01");
    assertThat(Duck.query("SELECT count(*), min(stage) FROM " + Duck.table(output, "errors")))
        .containsExactly(List.of("" + SCENES, "crf"));

    Path none = dir.resolve("none");
    assertThat(
            DeeplabTest.errorOf(
                ExitCode.USAGE,
                line(
                    "segment",
                    none,
                    "--set",
                    "crf.device=gpu",
                    "--set",
                    "crf.device-memory-mib=1")))
        .containsPattern(
            "deeplab segment: Invalid crf.device gpu: \\d+ MiB on the device are more than its budget of"
                + " 1 MiB; raise crf.device-memory-mib, or set crf.device to auto or cpu");
    assertThat(none).doesNotExist();
  }

  @Test
  void planSaysWhereItWouldRun() {
    assertThat(run(ExitCode.DONE, "plan", dir.resolve("plan"), "--set", "crf.device=gpu"))
        .containsPattern("on .+: cpu, CRF on (opencl|cuda):0 .+, up to \\d+ MiB of it")
        .containsPattern("CRF on a device +\\d+ MB of the device's memory, \\d images at once");
    assertThat(run(ExitCode.DONE, "plan", dir.resolve("plan"), "--set", "crf.device=cpu"))
        .containsPattern("on .+: cpu, CRF on cpu");
  }
}
