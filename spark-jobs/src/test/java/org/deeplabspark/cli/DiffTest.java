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
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.Palette;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.testing.Duck;
import org.deeplabspark.testing.SharedData;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffTest {

  @TempDir Path dir;

  private final List<String> line = new ArrayList<>();

  @BeforeEach
  void twoRuns() throws IOException {
    SharedSpark.session();
    mask("old/same", 2, 2, 0, 1, 1, 0);
    mask("new/same", 2, 2, 0, 1, 1, 0);
    mask("old/half, of it", 2, 2, 0, 1, 1, 0);
    mask("new/half, of it", 2, 2, 2, 1, 2, 0);
    mask("old/quarter", 2, 2, 0, 0, 0, 0);
    mask("new/quarter", 2, 2, 0, 0, 0, 2);
    mask("old/gone", 1, 1, 0);
    mask("new/fresh", 1, 1, 0);
    mask("truth/same", 2, 2, 0, 1, 1, 255);
    mask("truth/half, of it", 2, 2, 2, 1, 1, 0);
    mask("truth/quarter", 2, 2, 0, 0, 0, 2);
    line.addAll(List.of("diff", "--old", dir + "/old", "--new", dir + "/new"));
  }

  private void mask(String name, int width, int height, int... labels) throws IOException {
    byte[] bytes = new byte[labels.length];
    for (int i = 0; i < labels.length; i++) {
      bytes[i] = (byte) labels[i];
    }
    Path file = dir.resolve(name + ".png");
    Files.createDirectories(file.getParent());
    Files.write(file, PngMaskCodec.encode(new LabelMask(width, height, bytes), Palette.voc()));
  }

  private String[] with(String... more) {
    List<String> longer = new ArrayList<>(line);
    longer.addAll(List.of(more));
    return longer.toArray(String[]::new);
  }

  @Test
  void changesAreCountedByImageAndByPairOfClasses() throws IOException {
    Path output = dir.resolve("out");
    String said = DeeplabTest.outputOf(ExitCode.DONE, with("--output", output.toString()));

    assertThat(said)
        .contains("3 images in both runs: 25.000 % of 12 pixels changed label")
        .contains("1 images only in --old: gone", "1 images only in --new: fresh")
        .doesNotContain("IoU");
    assertThat(
            Duck.query(
                "SELECT image_id, pixels, changed, changed_fraction FROM "
                    + Duck.table(output, "changes")
                    + " ORDER BY 4 DESC"))
        .containsExactly(
            List.of("half, of it", "4", "2", "0.5"),
            List.of("quarter", "4", "1", "0.25"),
            List.of("same", "4", "0", "0.0"));
    assertThat(
            Duck.query(
                "SELECT old_class, new_class, pixels FROM "
                    + Duck.table(output, "class_changes")
                    + " ORDER BY 3 DESC"))
        .containsExactly(List.of("0", "2", "2"), List.of("1", "2", "1"));
    JsonNode summary = new ObjectMapper().readTree(output.resolve("summary.json").toFile());
    assertThat(summary.get("changed_fraction").asDouble()).isEqualTo(0.25);
    assertThat(summary.get("only_in_old").asInt()).isEqualTo(1);
  }

  @Test
  void withTruthBothRunsAreJudged() {
    Path output = dir.resolve("out");
    String said =
        DeeplabTest.outputOf(
            ExitCode.DONE, with("--truth", dir + "/truth", "--output", output.toString()));

    assertThat(said).contains("mIoU (present)", "old mIoU %");
    // Class 2: truth 2 pixels; old none of them, new both and one too many.
    assertThat(
            Duck.query(
                "SELECT class_id, old_iou, new_iou, delta FROM "
                    + Duck.table(output, "per_class")
                    + " WHERE class_id = 2"))
        .containsExactly(List.of("2", "0.0", "0.6666666666666666", "0.6666666666666666"));
    assertThat(
            Duck.query(
                "SELECT class_id FROM "
                    + Duck.table(output, "per_class")
                    + " WHERE delta_low IS NOT NULL OR delta_high IS NOT NULL"))
        .as("three images give no interval")
        .isEmpty();
  }

  @Test
  void classesInFiveImagesHaveAnIntervalAndThoseInFourHaveNone() throws IOException {
    for (int i = 0; i < 9; i++) {
      int rare = i < 5 ? 1 : 2;
      mask("old/cow " + i, 3, 1, 0, 0, i % 2 * rare);
      mask("new/cow " + i, 3, 1, 0, rare, i % 3 == 0 ? rare : 0);
      mask("truth/cow " + i, 3, 1, 0, rare, rare);
    }
    for (String other : List.of("same", "half, of it", "quarter")) {
      Files.delete(dir.resolve("truth/" + other + ".png"));
    }
    Path output = dir.resolve("out");
    String said =
        DeeplabTest.outputOf(
            ExitCode.DONE, with("--truth", dir + "/truth", "--output", output.toString()));

    assertThat(said)
        .containsPattern("class 1 +5 .* \\[\\S+, \\S+]")
        .containsPattern("class 2 +4 .* -\\n")
        .containsPattern("mIoU \\(present\\) +9 .* \\[\\S+, \\S+]");
    String table = Duck.table(output, "per_class");
    assertThat(
            Duck.query(
                "SELECT class_id, images, delta_low <= delta AND delta <= delta_high FROM "
                    + table
                    + " ORDER BY 1"))
        .containsExactly(
            List.of("0", "9", "true"),
            List.of("1", "5", "true"),
            java.util.Arrays.asList("2", "4", null));
  }

  @Test
  void aTruthOfADataSetHasItsOwnIdsAndNames() throws IOException {
    Path dataset = dir.resolve("dataset.conf");
    Files.writeString(
        dataset,
        """
        classes = [{name = a, id = 10}, {name = b, id = 20}, {name = c, id = 30}]
        void = [7]
        suffix = _gt
        """);
    mask("coded/same_gt", 2, 2, 10, 20, 20, 7);
    mask("coded/half, of it_gt", 2, 2, 30, 20, 20, 10);
    mask("coded/quarter_gt", 2, 2, 10, 10, 10, 30);
    Path output = dir.resolve("out");
    String[] judged =
        with("--truth", dir + "/coded", "--dataset", dataset.toString(), "--output", "" + output);
    DeeplabTest.outputOf(ExitCode.DONE, judged);
    assertThat(
            Duck.query(
                "SELECT class_id, new_iou FROM " + Duck.table(output, "per_class") + " ORDER BY 1"))
        .contains(List.of("2", "0.6666666666666666"));

    DeeplabTest.outputOf(ExitCode.DONE, with("--output", "" + output));
    assertThat(output.resolve("per_class")).as("an earlier truth's").doesNotExist();

    mask("coded/same_gt", 2, 2, 10, 20, 21, 7);
    assertThat(DeeplabTest.errorOf(ExitCode.TOO_MANY_BAD, judged))
        .contains("same_gt.png", "the id 21 (column 0, row 1) is neither a class nor void");
  }

  @Test
  void tablesOfAnEarlierDiffAreGone() {
    String[] plain = with("--output", dir + "/out");
    assertThat(Deeplab.run(with("--output", dir + "/out", "--truth", dir + "/truth")))
        .isEqualTo(ExitCode.DONE);
    assertThat(dir.resolve("out/per_class")).exists();
    assertThat(Deeplab.run(plain)).isEqualTo(ExitCode.DONE);
    assertThat(dir.resolve("out/per_class")).doesNotExist();
  }

  @Test
  void aTruthThatIsAllVoidIsATruth() throws IOException {
    mask("truth/same", 2, 2, 255, 255, 255, 255);
    String[] judged = with("--truth", dir + "/truth");
    assertThat(DeeplabTest.outputOf(ExitCode.DONE, judged))
        .contains("1 images have a truth that is all void")
        .doesNotContain("no truth");
    Files.delete(dir.resolve("truth/quarter.png"));
    assertThat(DeeplabTest.outputOf(ExitCode.DONE, judged))
        .contains("1 images have no truth", "1 images have a truth that is all void");
  }

  @Test
  void classesHaveTheNamesOfTheDataSetAndOthersAreNoClasses() throws IOException {
    String[] judged = with("--truth", dir + "/truth", "--dataset", "voc");
    assertThat(DeeplabTest.outputOf(ExitCode.DONE, judged))
        .contains("aeroplane", "bicycle")
        .doesNotContain("class 1", "Nobody says");

    mask("truth/half, of it", 2, 2, 2, 1, 200, 0);
    assertThat(DeeplabTest.errorOf(ExitCode.TOO_MANY_BAD, judged))
        .contains("id 200", "half, of it");
    String[] named = with("--truth", dir + "/truth", "--classes", "sky,tree,kite");
    assertThat(DeeplabTest.errorOf(ExitCode.TOO_MANY_BAD, named)).contains("200", "half, of it");
    assertThat(DeeplabTest.outputOf(ExitCode.TOO_MANY_BAD, named)).contains("sky", "kite");
    assertThat(DeeplabTest.outputOf(ExitCode.DONE, with("--truth", dir + "/truth")))
        .contains(
            "Nobody says what the classes are: every id up to 200 counts as one", "--classes");
  }

  @Test
  void kindsOfProblemsAreCountedApart() throws IOException {
    mask("new/quarter", 4, 1, 0, 0, 0, 2);
    Files.writeString(dir.resolve("new/same.png"), "no PNG");
    assertThat(DeeplabTest.errorOf(ExitCode.TOO_MANY_BAD, with()))
        .contains("2 images are not in these figures", "(1 images like this; 1 not-an-image)");
  }

  @Test
  void theGateHoldsUpToItsShare() {
    assertThat(Deeplab.run(with("--max-changed", "0.25"))).isEqualTo(ExitCode.DONE);
    assertThat(DeeplabTest.errorOf(ExitCode.GATE, with("--max-changed", "0.2")))
        .contains("0.25", "--max-changed allows 0.2");
    assertThat(DeeplabTest.errorOf(ExitCode.USAGE, with("--max-changed", "2")))
        .contains("--max-changed", "0..1");
  }

  @Test
  void masksThatDoNotBelongTogetherAreNamedAndInNoFigure() throws IOException {
    mask("new/quarter", 4, 1, 0, 0, 0, 2);
    Path output = dir.resolve("out");
    assertThat(DeeplabTest.errorOf(ExitCode.TOO_MANY_BAD, with("--output", output.toString())))
        .hasLineCount(1)
        .contains("quarter", "2 x 2", "4 x 1", "1 images like this");
    assertThat(Duck.query("SELECT image_id FROM " + Duck.table(output, "changes") + " ORDER BY 1"))
        .containsExactly(List.of("half, of it"), List.of("same"));

    for (String name : List.of("half, of it", "same")) {
      mask("new/" + name, 1, 1, 0);
    }
    assertThat(DeeplabTest.errorOf(ExitCode.FAILED, with()))
        .hasLineCount(1)
        .contains("3 images like this");
  }

  @Test
  void runsOfOtherImagesAreRefused() throws IOException {
    mask("other/x", 1, 1, 0);
    assertThat(DeeplabTest.errorOf(ExitCode.USAGE, with("--new", dir + "/none"))).contains("--new");
    line.clear();
    assertThat(
            DeeplabTest.errorOf(
                ExitCode.USAGE, with("diff", "--old", dir + "/old", "--new", dir + "/other")))
        .contains("no image id");
  }

  @Test
  void theCrfsGainOnVocIsTheReferencesWithAnInterval() throws IOException {
    String voc = SharedData.require("voc").toString();
    Path output = dir.resolve("out");
    line.clear();
    assertThat(
            Deeplab.run(
                with(
                    "diff",
                    "--old",
                    voc + "/pred_raw",
                    "--new",
                    voc + "/pred_crf",
                    "--truth",
                    voc + "/SegmentationClass",
                    "--output",
                    output.toString())))
        .isEqualTo(ExitCode.DONE);

    JsonNode miou =
        new ObjectMapper().readTree(output.resolve("summary.json").toFile()).get("mIoU");
    assertThat(100 * miou.get("old").asDouble()).isCloseTo(62.93, within(0.01));
    assertThat(100 * miou.get("new").asDouble()).isCloseTo(64.34, within(0.01));
    assertThat(miou.get("delta").asDouble())
        .isBetween(miou.get("delta_low").asDouble(), miou.get("delta_high").asDouble());
  }
}
