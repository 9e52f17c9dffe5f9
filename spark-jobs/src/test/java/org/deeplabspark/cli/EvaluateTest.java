package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.deeplabspark.testing.Duck;
import org.deeplabspark.testing.LabelFiles;
import org.deeplabspark.testing.NastyFolder;
import org.deeplabspark.testing.SharedData;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateTest {

  @TempDir Path dir;

  private Path predictions;
  private Path truth;
  private Path output;

  @BeforeEach
  void folders() throws IOException {
    SharedSpark.session();
    predictions = Files.createDirectories(dir.resolve("predictions, 1"));
    truth = Files.createDirectories(dir.resolve("truth #1"));
    output = dir.resolve("metrics");
  }

  private int evaluate(String... more) {
    String[] line = {
      "evaluate",
      "--predictions",
      predictions.toString(),
      "--truth",
      truth.toString(),
      "--output",
      output.toString()
    };
    String[] all = java.util.Arrays.copyOf(line, line.length + more.length);
    System.arraycopy(more, 0, all, line.length, more.length);
    return Deeplab.run(all);
  }

  private String refused(int exitCode, String... more) {
    String[] line = {
      "evaluate",
      "--predictions",
      predictions.toString(),
      "--truth",
      truth.toString(),
      "--output",
      output.toString()
    };
    String[] all = java.util.Arrays.copyOf(line, line.length + more.length);
    System.arraycopy(more, 0, all, line.length, more.length);
    String error = DeeplabTest.errorOf(exitCode, all);
    assertThat(error).hasLineCount(1);
    assertThat(output.resolve("summary.json")).doesNotExist();
    return error;
  }

  private JsonNode summary() throws IOException {
    return new ObjectMapper().readTree(output.resolve("summary.json").toFile());
  }

  @Test
  void referenceMasksGiveTheReferenceFigures() throws IOException {
    truth = SharedData.require("voc/SegmentationClass");
    predictions = SharedData.require("voc/pred_raw");
    assertThat(evaluate()).isZero();
    assertThat(100 * summary().get("mIoU").asDouble()).isCloseTo(62.93, within(0.005));
    assertThat(100 * summary().get("pixel_accuracy").asDouble()).isCloseTo(91.40, within(0.005));

    predictions = SharedData.require("voc/pred_crf");
    assertThat(evaluate()).as("an earlier evaluation is replaced").isZero();
    assertThat(100 * summary().get("mIoU").asDouble()).isCloseTo(64.34, within(0.005));
    assertThat(100 * summary().get("pixel_accuracy").asDouble()).isCloseTo(91.74, within(0.005));
  }

  @Test
  void countsAreThoseDoneByHand() throws IOException {
    LabelFiles.write(truth, "a", 3, 0, 0, 1, 1, 255, 1);
    LabelFiles.write(predictions, "a", 3, 0, 1, 1, 1, 3, 1);
    LabelFiles.write(truth, "deep/b", 2, 0, 0, 0, 0);
    LabelFiles.write(predictions, "deep/b", 2, 0, 0, 2, 0);
    LabelFiles.write(truth, "without prediction", 1, 0);
    assertThat(evaluate()).isZero();

    assertThat(
            Duck.query(
                "SELECT * FROM read_parquet('" + output + "/per_image/*.parquet') ORDER BY 1, 2"))
        .containsExactly(
            List.of("a", "0", "2", "1", "1"),
            List.of("a", "1", "3", "4", "3"),
            List.of("deep/b", "0", "4", "3", "3"),
            List.of("deep/b", "2", "0", "1", "0"));
    assertThat(
            Duck.query(
                "SELECT class_id, class_name, truth_pixels, predicted_pixels, intersection, \"union\", round(iou, 4),"
                    + " round(accuracy, 4), round(dice, 4) FROM read_parquet('"
                    + output
                    + "/per_class/*.parquet') ORDER BY 1"))
        .containsExactly(
            List.of("0", "class 0", "6", "4", "4", "6", "0.6667", "0.6667", "0.8"),
            List.of("1", "class 1", "3", "4", "3", "4", "0.75", "1.0", "0.8571"),
            java.util.Arrays.asList("2", "class 2", "0", "1", "0", "1", "0.0", null, "0.0"));
    assertThat(
            Duck.query(
                "SELECT * FROM read_parquet('"
                    + output
                    + "/confusion/*.parquet') WHERE pixels > 0 ORDER BY 1, 2"))
        .containsExactly(
            List.of("0", "0", "4"),
            List.of("0", "1", "1"),
            List.of("0", "2", "1"),
            List.of("1", "1", "3"));

    JsonNode summary = summary();
    assertThat(summary.get("mIoU").asDouble()).isCloseTo((2 / 3.0 + 0.75) / 2, within(1e-12));
    assertThat(summary.at("/mIoU_by_convention/union").asDouble())
        .isCloseTo((2 / 3.0 + 0.75) / 3, within(1e-12));
    assertThat(summary.get("aAcc").asDouble()).isCloseTo(7 / 9.0, within(1e-12));
    assertThat(summary.get("images").asInt()).isEqualTo(2);
    assertThat(summary.get("truths_without_prediction").asInt()).isEqualTo(1);
  }

  /** Class 1 is in five truths, class 2 in four; both are predicted elsewhere too. */
  @Test
  void aClassInFewerThanFiveImagesHasItsCountAndNoInterval() throws IOException {
    for (int i = 0; i < 12; i++) {
      int rare = i < 5 ? 1 : i < 9 ? 2 : 0;
      LabelFiles.write(truth, "cow " + i, 3, 0, rare, rare);
      LabelFiles.write(
          predictions, "cow " + i, 3, 0, rare, i == 11 ? 1 : i == 10 ? 2 : i % 2 * rare);
    }
    String[] line = {"evaluate", "--predictions", "" + predictions, "--truth", "" + truth};
    line = java.util.Arrays.copyOf(line, 7);
    line[5] = "--output";
    line[6] = "" + output;
    String said = DeeplabTest.outputOf(ExitCode.DONE, line);

    assertThat(said)
        .containsPattern("class +IoU % 95 % interval +accuracy % +Dice % +truth pixels +images")
        .containsPattern("class 1 +\\S+ \\[\\d\\S+, \\d\\S+] .* 5\\n")
        .containsPattern("class 2 +\\S+ - .* 4\\n");
    JsonNode summary = summary();
    assertThat(summary.at("/intervals/iou/class 1/0").asDouble()).isPositive();
    assertThat(summary.at("/intervals/iou/class 2").isNull()).isTrue();
    assertThat(summary.at("/intervals/mIoU").size()).isEqualTo(2);
    assertThat(summary.get("images_by_class").toString())
        .isEqualTo("{\"class 0\":12,\"class 1\":5,\"class 2\":4}");
    assertThat(
            Duck.query(
                "SELECT class_id, images FROM " + Duck.table(output, "per_class") + " ORDER BY 1"))
        .containsExactly(List.of("0", "12"), List.of("1", "5"), List.of("2", "4"));
  }

  @Test
  void oneImageHasNoIntervals() throws IOException {
    LabelFiles.write(truth, "a", 2, 0, 1);
    LabelFiles.write(predictions, "a", 2, 0, 0);
    assertThat(evaluate()).isZero();
    assertThat(summary().at("/intervals/mIoU").isNull()).isTrue();
    assertThat(summary().at("/intervals/pixel_accuracy").isNull()).isTrue();
  }

  @Test
  void gateThatDoesNotHoldIsExitCodeFourAndTheResultsAreKept() throws IOException {
    LabelFiles.write(truth, "a", 2, 0, 1);
    LabelFiles.write(predictions, "a", 2, 0, 0);
    assertThat(evaluate("--min-miou", "0.25")).isEqualTo(ExitCode.DONE);
    assertThat(evaluate("--min-miou", "0.26")).isEqualTo(ExitCode.GATE);
    assertThat(summary().get("mIoU").asDouble()).isEqualTo(0.25);
  }

  @Test
  void namesMayEndDifferently() throws IOException {
    LabelFiles.write(truth, "city/x_gtFine_labelTrainIds", 2, 0, 1);
    LabelFiles.write(truth, "city/x_gtFine_color", 2, 9, 9);
    LabelFiles.write(predictions, "city/x_leftImg8bit", 2, 0, 1);
    assertThat(evaluate("--truth-suffix", "_leftImg8bit=_gtFine_labelTrainIds")).isZero();
    assertThat(summary().get("mIoU").asDouble()).isEqualTo(1);
  }

  @Test
  void predictionWithoutTruthIsSaid() throws IOException {
    LabelFiles.write(truth, "a_truth", 1, 0);
    LabelFiles.write(predictions, "a", 1, 0);
    assertThat(refused(ExitCode.FAILED)).contains("no truth", "a.png", "--truth-suffix");
    assertThat(refused(ExitCode.USAGE, "--truth-suffix", "_other")).contains("_other.png");
  }

  @Test
  void otherSizeUnknownIdAndColoursAreSaidWithTheFile() throws IOException {
    LabelFiles.write(truth, "a", 2, 0, 1);
    LabelFiles.write(predictions, "a", 1, 0, 1);
    assertThat(refused(ExitCode.FAILED))
        .contains("truth #1/a.png", "predictions, 1/a.png", "2 x 1", "1 x 2");

    LabelFiles.write(predictions, "a", 2, 0, 255);
    assertThat(refused(ExitCode.FAILED)).contains("predictions, 1/a.png", "255");

    LabelFiles.write(predictions, "a", 2, 0, 1);
    ImageIO.write(
        new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB),
        "png",
        truth.resolve("a.png").toFile());
    assertThat(refused(ExitCode.FAILED)).contains("truth #1/a.png", "palette PNG");
  }

  @Test
  void imagesThatCannotBeComparedAreRowsAndInNoFigure() throws IOException {
    for (String name : List.of("a", "b", "cam:1", "other size", "pipe", "no truth", "broken")) {
      LabelFiles.write(truth, name, 2, 0, 1);
      LabelFiles.write(predictions, name, 2, 0, name.equals("b") ? 0 : 1);
    }
    LabelFiles.write(truth, "other size", 1, 0, 1);
    Files.delete(truth.resolve("no truth.png"));
    Files.writeString(truth.resolve("broken.png"), "no PNG");
    Files.delete(truth.resolve("pipe.png"));
    NastyFolder.pipe(truth.resolve("pipe.png"));

    assertThat(evaluate()).isEqualTo(ExitCode.TOO_MANY_BAD);

    assertThat(
            Duck.query(
                "SELECT image_id, code FROM " + Duck.table(output, "uncompared") + " ORDER BY 1"))
        .containsExactly(
            List.of("broken", "not-an-image"),
            List.of("no truth", "no-truth"),
            List.of("other size", "other-size"),
            List.of("pipe", "not-a-file"));
    assertThat(summary().get("images").asInt()).isEqualTo(3);
    assertThat(summary().get("images_not_compared").asInt()).isEqualTo(4);
    assertThat(summary().get("pixel_accuracy").asDouble()).isCloseTo(5 / 6.0, within(1e-12));
    assertThat(evaluate("--max-bad-fraction", "0.6")).isEqualTo(ExitCode.DONE);

    for (String name : List.of("broken", "no truth", "other size", "pipe")) {
      Files.deleteIfExists(truth.resolve(name + ".png"));
      LabelFiles.write(truth, name, 2, 0, 1);
    }
    assertThat(evaluate()).isEqualTo(ExitCode.DONE);
    assertThat(output.resolve("uncompared")).doesNotExist();
  }

  @Test
  void everyKindOfProblemIsCountedApartAndAPredictionThatCannotBeComparedIsNotMissing()
      throws IOException {
    for (String name : List.of("a", "large", "unknown")) {
      LabelFiles.write(truth, name, 2, 0, 1);
      LabelFiles.write(predictions, name, 2, 0, 1);
    }
    LabelFiles.write(predictions, "large", 1, 0);
    LabelFiles.write(predictions, "unknown", 2, 0, 255);
    LabelFiles.write(truth, "missing", 2, 0, 1);
    String[] line = {"evaluate", "--predictions", "", "--truth", "", "--output", ""};
    line[2] = predictions.toString();
    line[4] = truth.toString();
    line[6] = output.toString();

    assertThat(DeeplabTest.errorOf(ExitCode.TOO_MANY_BAD, line))
        .hasLineCount(1)
        .contains("2 images are not in these figures", "large.png")
        .contains("(1 images like this; 1 unknown-label)");
    assertThat(summary().get("truths_without_prediction").asInt()).isEqualTo(1);
    assertThat(summary().get("images_not_compared").asInt()).isEqualTo(2);
    assertThat(DeeplabTest.outputOf(ExitCode.TOO_MANY_BAD, line))
        .contains("1 truth files have no prediction");
  }

  @Test
  void wrongUsageIsSaid() throws IOException {
    LabelFiles.write(truth, "a", 1, 0);
    LabelFiles.write(predictions, "a", 1, 0);
    assertThat(refused(ExitCode.USAGE, "--min-miou", "62")).contains("0..1");
    assertThat(refused(ExitCode.USAGE, "--void", "256")).contains("--void", "-1..255");
    assertThat(refused(ExitCode.USAGE, "--convention", "mean")).contains("present, union, all");
    predictions = dir.resolve("nowhere");
    assertThat(refused(ExitCode.USAGE)).contains("nowhere");
  }
}
