package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.demo.SceneFolder;
import org.deeplabspark.demo.SceneGenerator;
import org.deeplabspark.testing.SharedData;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One output by five runs: three scenes, nothing new, one more scene, one more from a list, nothing
 * new.
 */
class ReportRunsTest {

  @TempDir static Path dir;

  private static final List<String> SAID = new ArrayList<>();
  private static final List<JsonNode> RUNS = new ArrayList<>();

  @BeforeAll
  static void fiveRuns() throws IOException {
    SharedSpark.session();
    new SceneFolder(new Configuration(), new org.apache.hadoop.fs.Path(dir.toString()))
        .write(new SceneGenerator(3), 5);
    Path later = Files.createDirectories(dir.resolve("later"));
    for (int i = 3; i < 5; i++) {
      String name = "scene-0000" + i + ".png";
      Files.move(dir.resolve("image/" + name), later.resolve(name));
    }
    Path image = dir.resolve("image");
    segment("--input", image.toString());
    segment("--input", image.toString());
    Files.move(later.resolve("scene-00003.png"), image.resolve("scene-00003.png"));
    segment("--input", image.toString());
    Files.move(later.resolve("scene-00004.png"), image.resolve("scene-00004.png"));
    Path list = Files.writeString(image.resolve("list.txt"), image + "/scene-00004.png\n");
    segment("--files-from", list.toString());
    segment("--input", image.toString());
    try (Stream<Path> files = Files.list(dir.resolve("out/_runs"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        RUNS.add(new ObjectMapper().readTree(file.toFile()));
      }
    }
  }

  private static void segment(String option, String input) {
    SAID.add(
        DeeplabTest.outputOf(
            ExitCode.DONE,
            "segment",
            "--model",
            SharedData.root().resolve("conf/models/compact-scenes").toString(),
            option,
            input,
            "--output",
            dir.resolve("out").toString()));
  }

  private static String report(Path predictions) throws IOException {
    Path page = dir.resolve("page.html");
    assertThat(
            Deeplab.run(
                "report",
                "--predictions",
                predictions.toString(),
                "--output",
                page.toString(),
                "--random",
                "1"))
        .isEqualTo(ExitCode.DONE);
    return Files.readString(page);
  }

  private static String id(int run) {
    return RUNS.get(run).get("run_id").asText();
  }

  /** The seconds of a stage in the chart. */
  private static double charted(String html, String stage) {
    Matcher value =
        Pattern.compile(">" + stage + "</text>.*?>([0-9.]+) s, ", Pattern.DOTALL).matcher(html);
    assertThat(value.find()).as(stage).isTrue();
    return Double.parseDouble(value.group(1));
  }

  @Test
  void runsThatMadeNoMaskShownAreNotTheMakers() throws IOException {
    assertThat(RUNS.stream().map(run -> run.at("/counts/masks").asInt()))
        .containsExactly(3, 0, 1, 1, 0);
    String html = report(dir.resolve("out"));

    assertThat(html)
        .contains("<dd>" + id(3) + "</dd>", "Masks of 3 runs")
        .doesNotContain(id(1), id(4), "No image needed work", "Listing-bound");
    assertThat(report(dir.resolve("out/masks"))).contains("<dd>" + id(3) + "</dd>");
  }

  @Test
  void theTimeIsThatOfAllRunsThatMadeTheMasks() throws IOException {
    String html = report(dir.resolve("out"));
    double crf = 0;
    for (int run : new int[] {0, 2, 3}) {
      crf += RUNS.get(run).at("/timings/crf_task_seconds").asDouble();
    }
    assertThat(charted(html, "crf")).isCloseTo(crf, within(0.06 * crf));
    assertThat(html).contains("Too short to judge: 5 images in ");
  }

  @Test
  void aRunThatWasKilledBeforeItsRecordIsAMakerWithoutTimes() throws IOException {
    Path runs = dir.resolve("out/_runs");
    Path ended = runs.resolve(id(3) + ".json");
    byte[] record = Files.readAllBytes(ended);
    Path started = Files.write(runs.resolve(id(3) + ".started"), record);
    Files.delete(ended);
    try {
      assertThat(report(dir.resolve("out")))
          .contains("<dd>" + id(3) + "</dd>", "Masks of 3 runs", "; 1 of them left none")
          .contains("Too short to judge: 4 images in ");
      Files.writeString(started, "{\"run_id\": ");
      assertThat(
              DeeplabTest.errorOf(
                  ExitCode.USAGE,
                  "report",
                  "--predictions",
                  dir + "/out",
                  "--output",
                  dir + "/torn.html"))
          .hasLineCount(1)
          .contains("--predictions", started.getFileName().toString());
    } finally {
      Files.write(ended, record);
      Files.delete(started);
    }
  }

  @Test
  void theConsoleSaysNoMoreThanTheRunTells() {
    assertThat(SAID.get(0)).contains("Too short to judge: 3 images in ");
    assertThat(SAID.get(1)).contains("No image needed work");
    assertThat(SAID.get(2)).contains("Too short to judge: 1 images in ");
    assertThat(SAID.get(3)).contains("Too short to judge: 1 images in ");
    assertThat(SAID).allSatisfy(said -> assertThat(said).doesNotContain("Listing", "files-from"));
  }

  @Test
  void listingIsTimeSpentOnDirectoriesAlone() {
    for (int run = 0; run < RUNS.size(); run++) {
      JsonNode timings = RUNS.get(run).get("timings");
      double list = timings.get("list_seconds").asDouble();
      if (run == 3) {
        assertThat(list).as("a list was given").isZero();
      } else {
        // Start-up, the network's opening and the look at what is done are no listing.
        assertThat(list)
            .isPositive()
            .isLessThan(timings.path("work_list_seconds").asDouble())
            .isLessThan(timings.get("seconds").asDouble());
      }
    }
  }

  @Test
  void nothingIsCalledConfidence() throws IOException {
    assertThat(report(dir.resolve("out")))
        .contains("mean winning marginal after the CRF", "not a probability of being right")
        .doesNotContainIgnoringCase("confidence");
  }
}
