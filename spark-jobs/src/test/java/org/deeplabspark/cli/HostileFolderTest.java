package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplabspark.testing.Duck;
import org.deeplabspark.testing.HostileFolder;
import org.deeplabspark.testing.SharedSpark;
import org.deeplabspark.testing.ShippedModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every command that reads images, on 100 scenes beside everything that is wrong with files. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(600)
class HostileFolderTest {

  private static final int SCENES = 100;

  /** As in the settings of a run; decoding a file of many scans takes far longer. */
  private static final String LIMIT = "image.max-seconds=3";

  /** What is wrong with files has nothing to do with how often marginals are updated. */
  private static final String FAST = "crf.iterations=1";

  @TempDir static Path dir;

  private String photos;
  private String truth;
  private Path masks;

  @BeforeAll
  void draw() throws Exception {
    start(dir);
    assertThat(
            Deeplab.run(
                "scenes", "--count", "" + SCENES, "--output", dir.resolve("scenes").toString()))
        .isZero();
    HostileFolder.addTo(dir.resolve("scenes/image"));
    HostileFolder.addTruthTo(dir.resolve("scenes/label"));
    photos = dir.resolve("scenes/image").toString();
    truth = dir.resolve("scenes/label").toString();
    masks = dir.resolve("masks");
  }

  /** Prepares what {@link #said} needs. */
  void start(Path place) throws Exception {
    SharedSpark.session();
  }

  /** Runs a command and returns what it printed as its result, if it ends as it should. */
  String said(int exitCode, String... line) throws Exception {
    return DeeplabTest.outputOf(exitCode, line);
  }

  @Test
  @Order(1)
  void segmentHasARowForEachFileAndCountsTheOthers() throws Exception {
    String said =
        said(
            ExitCode.TOO_MANY_BAD,
            ShippedModel.segment(
                masks, "--input", photos, "--recursiveFileLookup", "--set", LIMIT, "--set", FAST));

    int listed = SCENES + HostileFolder.LABELLED.size() + HostileFolder.ERRORS.size();
    assertThat(said).contains(listed + " images: ", "; " + HostileFolder.LEFT_OUT);
    assertThat(errors(masks, "errors", "stage || ' ' || code")).isEqualTo(HostileFolder.ERRORS);
    assertThat(Duck.maskDigests(masks))
        .hasSize(SCENES + HostileFolder.LABELLED.size())
        .containsKeys(HostileFolder.LABELLED.toArray(String[]::new));
  }

  @Test
  @Order(2)
  void evaluateLeavesOutWhatCannotBeCompared() throws Exception {
    Path metrics = dir.resolve("metrics");
    said(
        ExitCode.TOO_MANY_BAD,
        "evaluate",
        "--predictions",
        masks.toString(),
        "--truth",
        truth,
        "--output",
        metrics.toString());
    assertThat(errors(metrics, "uncompared", "code"))
        .isEqualTo(
            Map.of("_MG_0001", "not-a-file", "scene-00001", "not-an-image", "phone", "other-size"));
    assertThat(
            Duck.query("SELECT count(DISTINCT image_id) FROM " + Duck.table(metrics, "per_image")))
        .containsExactly(List.of("" + (SCENES + 1)));
  }

  @Test
  @Order(3)
  void reportShowsTheRest() throws Exception {
    Path page = dir.resolve("report.html");
    said(
        ExitCode.DONE,
        "report",
        "--predictions",
        masks.toString(),
        "--input",
        photos,
        "--truth",
        truth,
        "--random",
        "100",
        "--review",
        "100",
        "--output",
        page.toString());
    assertThat(Files.readString(page)).contains("scene-00001").contains("not a regular file");
  }

  @Test
  @Order(4)
  void validateNamesWhatIsWrong() throws Exception {
    assertThat(said(ExitCode.GATE, "validate", "--input", photos, "--truth", truth, "--set", LIMIT))
        .containsPattern("unreadable photo +6")
        .containsPattern("unreadable mask +2");
  }

  @Test
  @Order(5)
  void sweepHasARowForEachFileToo() throws Exception {
    Path sweep = dir.resolve("sweep");
    said(
        ExitCode.TOO_MANY_BAD,
        "sweep-crf",
        "--model",
        ShippedModel.directory(),
        "--input",
        photos,
        "--truth",
        truth,
        "--grid",
        "crf.bilateral.weight=3",
        "--set",
        FAST,
        "--set",
        LIMIT,
        "--output",
        sweep.toString());
    Map<String, String> expected = new TreeMap<>(HostileFolder.ERRORS);
    expected.put("_MG_0001", "truth not-a-file");
    expected.put("phone", "truth other-size");
    expected.put("scene-00001", "truth not-an-image");
    assertThat(errors(sweep, "errors", "stage || ' ' || code")).isEqualTo(expected);
  }

  private static Map<String, String> errors(Path output, String table, String what) {
    Map<String, String> codes = new TreeMap<>();
    for (List<String> row :
        Duck.query("SELECT image_id, " + what + " FROM " + Duck.table(output, table))) {
      assertThat(codes.put(row.get(0), row.get(1))).as("row of %s", row.get(0)).isNull();
    }
    return codes;
  }
}
