package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.Palette;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.testing.Duck;
import org.deeplabspark.testing.LabelFiles;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evaluate} with truths of several kinds. */
class TruthCommandsTest {

  @TempDir Path dir;

  private Path predictions;
  private Path truth;
  private Path output;

  @BeforeEach
  void folders() throws IOException {
    SharedSpark.session();
    predictions = Files.createDirectories(dir.resolve("predictions"));
    truth = Files.createDirectories(dir.resolve("truth"));
    output = dir.resolve("metrics");
  }

  private static void colors(Path file, int... rgb) throws IOException {
    BufferedImage image = new BufferedImage(rgb.length, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, rgb.length, 1, rgb, 0, rgb.length);
    ImageIO.write(image, "png", file.toFile());
  }

  private String[] evaluation(String... more) {
    String[] line = {
      "evaluate",
      "--predictions",
      predictions.toString(),
      "--truth",
      truth.toString(),
      "--output",
      output.toString()
    };
    String[] all = Arrays.copyOf(line, line.length + more.length);
    System.arraycopy(more, 0, all, line.length, more.length);
    return all;
  }

  private JsonNode summary() throws IOException {
    return new ObjectMapper().readTree(output.resolve("summary.json").toFile());
  }

  @Test
  void colouredTruthNeedsAColourMap() throws IOException {
    LabelFiles.write(predictions, "a", 4, 0, 1, 1, 0);
    colors(truth.resolve("a.png"), 0x804080, 0xff0000, 0x804080, 0x000000);
    assertThat(DeeplabTest.errorOf(ExitCode.FAILED, evaluation()))
        .hasLineCount(1)
        .contains("truth/a.png", "RGB", "--color-map");

    Path map = dir.resolve("colors.txt");
    Files.writeString(map, "128 64 128 road\n255 0 0\tcar\n0 0 0 Void\n");
    assertThat(Deeplab.run(evaluation("--color-map", map.toString()))).isZero();
    assertThat(summary().get("pixel_accuracy").asDouble()).isCloseTo(2 / 3.0, within(1e-12));

    colors(truth.resolve("a.png"), 0x804080, 0xff0000, 0x7f4080, 0x000000);
    assertThat(DeeplabTest.errorOf(ExitCode.FAILED, evaluation("--color-map", map.toString())))
        .contains("truth/a.png", "#7f4080", "column 2, row 0");
  }

  @Test
  void listsOfClassesThatDoNotMatchAndIdsThatNeverMeetAreSaid() throws IOException {
    LabelFiles.write(predictions, "a", 2, 0, 1);
    LabelFiles.write(truth, "b_gt", 2, 0, 1);
    assertThat(
            DeeplabTest.errorOf(
                ExitCode.USAGE,
                evaluation("--dataset", "camvid", "--prediction-dataset", "cityscapes-trainids")))
        .hasLineCount(1)
        .contains("11 classes", "19 predicted", "sky", "road", "--label-map");
    assertThat(
            DeeplabTest.errorOf(ExitCode.USAGE, evaluation("--label-map", "cityscapes-to-camvid")))
        .contains("--dataset", "--prediction-dataset");
    assertThat(DeeplabTest.errorOf(ExitCode.FAILED, evaluation("--dataset", "voc")))
        .hasLineCount(1)
        .contains("no id is in both", "b_gt", "--truth-suffix");
    LabelFiles.write(truth, "a", 2, 0, 37);
    assertThat(DeeplabTest.errorOf(ExitCode.FAILED, evaluation("--dataset", "voc")))
        .contains("truth/a.png", "id 37", "21 classes of data set voc");
  }

  /** A model of three classes, a truth of two: the third counts against the truth's classes. */
  @Test
  void slicesBordersAndUnmatchedClassesAreInTheTables() throws IOException {
    Path model = dir.resolve("model.conf");
    Files.writeString(model, "classes = [{name = sky}, {name = tree}, {name = kite}]");
    Path world = dir.resolve("world.conf");
    Files.writeString(world, "classes = [{name = tree, id = 7}, {name = sky, id = 9}], void = [0]");
    Path map = dir.resolve("map.conf");
    Files.writeString(map, "classes {sky = sky, tree = tree, kite = \"\"}");
    LabelFiles.write(truth, "rome/1", 4, 9, 9, 7, 0);
    LabelFiles.write(predictions, "rome/1", 4, 0, 2, 1, 1);
    LabelFiles.write(truth, "oslo/1", 4, 9, 9, 7, 7);
    LabelFiles.write(predictions, "oslo/1", 4, 0, 1, 1, 1);
    String[] labels = {
      "--dataset",
      world.toString(),
      "--prediction-dataset",
      model.toString(),
      "--label-map",
      map.toString(),
      "--boundary",
      "--slice-by"
    };

    String[] byCity = Arrays.copyOf(labels, labels.length + 1);
    byCity[labels.length] = "^(?<city>[a-z]+)/";
    assertThat(Deeplab.run(evaluation(byCity))).isZero();

    assertThat(
            Duck.query(
                "SELECT truth_class, predicted_class, pixels FROM "
                    + Duck.table(output, "confusion")
                    + " WHERE pixels > 0 ORDER BY 1, 2"))
        .containsExactly(
            List.of("0", "0", "3"),
            List.of("1", "-1", "1"),
            List.of("1", "0", "1"),
            List.of("1", "1", "2"));
    assertThat(
            Duck.query(
                "SELECT slice, value, images, pixels, round(pixel_accuracy, 4) FROM "
                    + Duck.table(output, "slices")
                    + " ORDER BY 2"))
        .containsExactly(
            List.of("city", "oslo", "1", "4", "0.75"), List.of("city", "rome", "1", "3", "0.6667"));
    assertThat(
            Duck.query(
                "SELECT class_name, truth_pixels, predicted_pixels, intersection FROM "
                    + Duck.table(output, "slice_classes")
                    + " WHERE value = 'rome' ORDER BY class_id"))
        .containsExactly(List.of("tree", "1", "1", "1"), List.of("sky", "2", "1", "1"));
    // Rome's void is a border to one tree pixel; in Oslo classes meet at two pixels.
    assertThat(
            Duck.query(
                "SELECT class_name, truth_pixels FROM "
                    + Duck.table(output, "boundary")
                    + " WHERE metric = 'trimap' AND width = 1 ORDER BY class_id"))
        .containsExactly(List.of("tree", "2"), List.of("sky", "1"));
    assertThat(Duck.query("SELECT count(*) FROM " + Duck.table(output, "boundary")))
        .containsExactly(List.of("82"));
    // Sky 2/4 and 1/2, tree 3/4 and 1: by image and over all.
    assertThat(summary().at("/image_means/mIoU_by_convention/present").asDouble())
        .isCloseTo(((1 / 2.0 + 2 / 3.0) / 2 + (1 / 2.0 + 1) / 2) / 2, within(1e-9));
    assertThat(summary().at("/intervals/iou/tree").isNull()).isTrue();
    assertThat(summary().at("/images_by_class/tree").asInt()).isEqualTo(2);

    Path sidecar = dir.resolve("sidecar.csv");
    Files.writeString(sidecar, "image_id,night\nrome/1,yes\nparis/1,no\n");
    String[] byColumn = Arrays.copyOf(byCity, byCity.length + 2);
    byColumn[labels.length] = "night";
    byColumn[byColumn.length - 2] = "--slice-table";
    byColumn[byColumn.length - 1] = sidecar.toString();
    assertThat(Deeplab.run(evaluation(byColumn))).isZero();
    assertThat(
            Duck.query(
                "SELECT value, images, pixels FROM "
                    + Duck.table(output, "slices")
                    + " ORDER BY 1 NULLS LAST"))
        .containsExactly(List.of("yes", "1", "3"), Arrays.asList(null, "1", "4"));
    byColumn[labels.length] = "hour";
    assertThat(DeeplabTest.errorOf(ExitCode.USAGE, evaluation(byColumn)))
        .contains("no column hour", "image_id, night");
  }

  @Test
  void aFolderWithoutMasksIsNamedWithItsOption() throws IOException {
    assertThat(Deeplab.run("scenes", "--output", dir.toString(), "--count", "1")).isZero();
    String label = dir.resolve("label").toString();
    String empty = Files.createDirectories(dir.resolve("empty")).toString();
    String to = "--output=" + dir.resolve("figures");
    assertThat(
            DeeplabTest.errorOf(
                ExitCode.USAGE, "evaluate", "--predictions=" + label, "--truth=" + empty, to))
        .contains("Invalid --truth: no image in " + empty);
    assertThat(
            DeeplabTest.errorOf(
                ExitCode.USAGE, "evaluate", "--predictions=" + empty, "--truth=" + label, to))
        .contains("Invalid --predictions: no image in " + empty);
  }

  @Test
  void aGateWithoutAnythingToMeasureSaysSo() throws IOException {
    byte[] everywhere = {-1, -1, -1, -1};
    Files.write(
        truth.resolve("a.png"),
        PngMaskCodec.encode(new LabelMask(2, 2, everywhere), Palette.voc()));
    Files.write(
        predictions.resolve("a.png"),
        PngMaskCodec.encode(new LabelMask(2, 2, new byte[4]), Palette.voc()));
    assertThat(
            DeeplabTest.errorOf(
                ExitCode.GATE,
                "evaluate",
                "--predictions=" + predictions,
                "--truth=" + truth,
                "--output=" + output,
                "--min-miou=0.5"))
        .endsWith("there is no mIoU to compare with --min-miou: no class has a pixel\n")
        .doesNotContain("NaN");
  }
}
