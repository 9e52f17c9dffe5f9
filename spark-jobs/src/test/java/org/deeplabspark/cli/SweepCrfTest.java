package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.demo.SceneFolder;
import org.deeplabspark.demo.SceneGenerator;
import org.deeplabspark.testing.Duck;
import org.deeplabspark.testing.SharedData;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped network on synthetic scenes, with a broken photograph and a wrong truth among them.
 */
class SweepCrfTest {

  private static final int SCENES = 5;
  private static final String GRID = "crf.bilateral.weight=2,8;crf.iterations=1,3";

  @TempDir static Path dir;

  private static Path output;
  private static String said;

  @BeforeAll
  static void sweep() throws IOException {
    SharedSpark.session();
    new SceneFolder(new Configuration(), new org.apache.hadoop.fs.Path(dir.toString()))
        .write(new SceneGenerator(5), SCENES);
    Files.writeString(dir.resolve("image/broken.png"), "no picture");
    Files.copy(dir.resolve("label/scene-00000.png"), dir.resolve("label/broken.png"));
    Files.copy(dir.resolve("image/scene-00000.png"), dir.resolve("image/small.png"));
    Files.write(
        dir.resolve("label/small.png"),
        org.deeplabspark.image.PngMaskCodec.encode(
            new org.deeplabspark.image.LabelMask(3, 2, new byte[6]),
            org.deeplabspark.image.Palette.voc()));
    Files.copy(dir.resolve("image/scene-00000.png"), dir.resolve("image/lonely.png"));
    output = dir.resolve("sweep");
    said =
        DeeplabTest.outputOf(
            ExitCode.TOO_MANY_BAD,
            line("--grid", GRID, "--refine", "1", "--output", output.toString()));
  }

  private static String[] line(String... more) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "sweep-crf",
                "--model",
                SharedData.root().resolve("conf/models/compact-scenes").toString(),
                "--input",
                dir.resolve("image").toString(),
                "--truth",
                dir.resolve("label").toString()));
    line.addAll(List.of(more));
    return line.toArray(String[]::new);
  }

  @Test
  void badImagesAreCountedAndNamedAndStopNothing() {
    assertThat(said)
        .contains("1 images have no truth", "2 images were not counted", "broken: ", "small: ")
        .contains("is 3 x 2, its photograph");
    assertThat(
            Duck.query(
                "SELECT image_id, stage FROM " + Duck.table(output, "errors") + " ORDER BY 1"))
        .containsExactly(List.of("broken", "decode"), List.of("small", "truth"));
    assertThat(
            Duck.query("SELECT count(DISTINCT image_id) FROM " + Duck.table(output, "per_image")))
        .containsExactly(List.of("" + SCENES));
  }

  @Test
  void settingsAreTriedOnceEachWithWhatTheyReached() {
    // No CRF, the baseline 4/10, four points and finer ones that were not tried before.
    String settings = Duck.table(output, "settings");
    assertThat(
            Duck.query(
                "SELECT kind, count(*) FROM "
                    + settings
                    + " WHERE round = 0 GROUP BY 1 ORDER BY 1"))
        .containsExactly(List.of("baseline", "1"), List.of("grid", "4"), List.of("off", "1"));
    assertThat(Duck.query("SELECT count(*) > 0 FROM " + settings + " WHERE round = 1"))
        .containsExactly(List.of("true"));
    assertThat(
            Duck.query(
                "SELECT count(*) - count(DISTINCT (iterations, bilateral_weight)) FROM "
                    + settings
                    + " WHERE kind <> 'off'"))
        .containsExactly(List.of("0"));
    assertThat(
            Duck.query(
                "SELECT setting_id FROM "
                    + settings
                    + " WHERE NOT (mIoU_low <= mIoU AND mIoU <= mIoU_high AND gain_low <= gain AND gain <= gain_high)"))
        .isEmpty();
    assertThat(Duck.query("SELECT setting_id FROM " + settings + " WHERE mIoU_low IS NULL"))
        .isEmpty();
    assertThat(
            Duck.query(
                "SELECT DISTINCT images FROM "
                    + Duck.table(output, "per_class")
                    + " WHERE class_name = 'background'"))
        .containsExactly(List.of("" + SCENES));
    assertThat(
            Duck.query(
                "SELECT gain, gain_low, gain_high FROM " + settings + " WHERE kind = 'baseline'"))
        .containsExactly(List.of("0.0", "0.0", "0.0"));
  }

  @Test
  void figuresFollowFromTheCountsByImage() {
    String sums =
        "SELECT setting_id, class_id, sum(truth_pixels) t, sum(predicted_pixels) p, sum(intersection) i FROM "
            + Duck.table(output, "per_image")
            + " GROUP BY ALL";
    assertThat(
            Duck.query(
                "SELECT c.setting_id FROM ("
                    + sums
                    + ") s JOIN "
                    + Duck.table(output, "per_class")
                    + " c USING (setting_id, class_id) WHERE abs(iou - i / (t + p - i)) > 1e-12 OR truth_pixels <> t"))
        .isEmpty();
    assertThat(
            Duck.query(
                "SELECT s.setting_id FROM (SELECT setting_id, avg(i / (t + p - i)) m FROM ("
                    + sums
                    + ") WHERE t > 0 GROUP BY 1) JOIN "
                    + Duck.table(output, "settings")
                    + " s USING (setting_id) WHERE abs(m - mIoU) > 1e-12"))
        .isEmpty();
  }

  @Test
  void segmentTakesTheBestAndReachesItsFigure() throws IOException {
    JsonNode summary = new ObjectMapper().readTree(output.resolve("summary.json").toFile());
    Path masks = dir.resolve("masks");
    assertThat(
            Deeplab.run(
                "segment",
                "--model",
                SharedData.root().resolve("conf/models/compact-scenes").toString(),
                "--input",
                dir.resolve("image").toString() + "/scene-*.png",
                "--config",
                output.resolve("best.conf").toString(),
                "--output",
                masks.toString()))
        .isEqualTo(ExitCode.DONE);
    assertThat(
            Deeplab.run(
                "evaluate",
                "--predictions",
                masks.toString(),
                "--truth",
                dir.resolve("label").toString(),
                "--output",
                dir.resolve("metrics").toString()))
        .isEqualTo(ExitCode.DONE);

    JsonNode evaluated = new ObjectMapper().readTree(dir.resolve("metrics/summary.json").toFile());
    assertThat(evaluated.get("mIoU").asDouble())
        .isEqualTo(summary.at("/best/mIoU").asDouble())
        .isGreaterThan(0.5);
    assertThat(summary.at("/best/mIoU").asDouble())
        .isGreaterThanOrEqualTo(summary.at("/baseline/mIoU").asDouble());
    assertThat(summary.at("/counts/counted").asInt()).isEqualTo(SCENES);
    assertThat(said).contains("best.conf", "against the baseline");
  }

  @Test
  void whatIsWrongIsSaidBeforeAnythingIsWritten() {
    String place = dir.resolve("nothing").toString();
    assertThat(refused(place, "--grid", "crf.iterations=-1"))
        .contains("crf.iterations", "--grid", "-1");
    assertThat(refused(place, "--grid", "crf.bilateral.xy-std=0,1"))
        .contains("crf.bilateral.xy-std");
    assertThat(refused(place, "--grid", "crf.normalization=both")).contains("symmetric", "both");
    assertThat(refused(place, "--grid", GRID, "--refine", "-1")).contains("--refine");
    assertThat(refused(place, "--grid", GRID, "--crf", "off")).contains("crf.enabled");
    assertThat(refused(place, "--grid", GRID, "--truth-suffix", "_x")).contains("--truth-suffix");
    assertThat(refused(place, "--grid", GRID, "--dataset", "camvid"))
        .contains("the classes of camvid are [sky,", "--label-map");
    assertThat(Path.of(place)).doesNotExist();
  }

  private static String refused(String place, String... more) {
    List<String> line = new ArrayList<>(List.of(line(more)));
    line.addAll(List.of("--output", place));
    String error = DeeplabTest.errorOf(ExitCode.USAGE, line.toArray(String[]::new));
    assertThat(error).hasLineCount(1);
    return error;
  }
}
