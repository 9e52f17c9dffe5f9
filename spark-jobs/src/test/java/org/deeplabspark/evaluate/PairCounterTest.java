package org.deeplabspark.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.dataset.TruthFile;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.Palette;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.Trimap;
import org.deeplabspark.settings.ReadLimits;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.table.ConfusionRow;
import org.deeplabspark.testing.PanopticTruth;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairCounterTest {

  @TempDir Path dir;

  private static byte[] png(int width, int... labels) {
    byte[] ids = new byte[labels.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (byte) labels[i];
    }
    return PngMaskCodec.encode(new LabelMask(width, labels.length / width, ids), Palette.voc());
  }

  private TruthFile truth(byte[] content) throws IOException {
    Path file = dir.resolve("truth.png");
    Files.write(file, content);
    return new TruthFile("file:" + file, (long) content.length, new int[0]);
  }

  private static PairCounter counter(Truth truth, Optional<Trimap.Border> border) {
    ClassMatch match =
        ClassMatch.of(truth, PredictedLabels.named(List.of("sky", "tree")), List.of());
    return new PairCounter(
        InputFiles.of(SharedSpark.session(), ReadLimits.of(Settings.reference())), match, border);
  }

  private static PairCounts counted(byte[] predicted, TruthFile truth) {
    return counter(Truth.of("truth"), Optional.empty())
        .call(new MaskPair("a", "photo.jpg", null, predicted, truth));
  }

  @Test
  void pixelsAreCountedByPairOfClassesAndVoidCountsNowhere() throws IOException {
    PairCounts counts = counted(png(3, 0, 0, 1, 1, 1, 0), truth(png(3, 0, 0, 0, 1, 255, 1)));

    assertThat(counts.compared()).isTrue();
    assertThat(counts.cells()).containsExactly(0, 0, 2, 0, 1, 1, 1, 0, 1, 1, 1, 1);
    assertThat(counts.overlaps(2))
        .containsExactly(new ClassIou(0, 2, 3, 3), new ClassIou(1, 1, 2, 2));
    assertThat(counts.aboveClasses()).isEqualTo(2);
    assertThat(counts.bands()).isEmpty();
  }

  @Test
  void aPredictedVoidIsNoneOfTheTruthsClasses() throws IOException {
    PairCounts counts =
        new PairCounter(
                InputFiles.of(SharedSpark.session(), ReadLimits.of(Settings.reference())),
                ClassMatch.of(
                    Truth.of("truth").withLayout(PanopticTruth.LAYOUT),
                    new PredictedLabels(
                        List.of(), Optional.of(PanopticTruth.LAYOUT), Optional.empty()),
                    List.of()),
                Optional.empty())
            .call(
                new MaskPair(
                    "a",
                    "a.png",
                    null,
                    Files.readAllBytes(blackWithoutSegment()),
                    PanopticTruth.write(dir.resolve("t.png"), 2, 1, 1, 1)));

    assertThat(counts.cells()).containsExactly(1, ConfusionRow.UNMATCHED, 2);
    assertThat(counts.overlaps(2)).containsExactly(new ClassIou(1, 0, 2, 0));
  }

  /** Segment number 0 is void. */
  private Path blackWithoutSegment() throws IOException {
    Path file = dir.resolve("black.png");
    javax.imageio.ImageIO.write(
        new java.awt.image.BufferedImage(2, 1, java.awt.image.BufferedImage.TYPE_INT_RGB),
        "png",
        file.toFile());
    return file;
  }

  @Test
  void bandsHoldTheRimsAndEveryRing() throws IOException {
    int[] labels = new int[64];
    for (int i = 0; i < 64; i++) {
      labels[i] = i % 8 < 4 ? 0 : 1;
    }
    PairCounts counts =
        counter(Truth.of("truth"), Optional.of(Trimap.Border.CLASSES))
            .call(new MaskPair("a", "a.png", null, png(8, labels), truth(png(8, labels))));

    EvaluationTotals totals = EvaluationTotals.of(List.of(counts).iterator(), 2);
    Boundaries boundaries = totals.boundaries();
    assertThat(boundaries.trimaps()).hasSize(Trimap.MAX_WIDTH);
    assertThat(boundaries.trimaps().get(0).overlaps())
        .containsExactly(new ClassIou(0, 8, 8, 8), new ClassIou(1, 8, 8, 8));
    assertThat(boundaries.trimaps().get(Trimap.MAX_WIDTH - 1).overlaps())
        .containsExactly(new ClassIou(0, 32, 32, 32), new ClassIou(1, 32, 32, 32));
    assertThat(boundaries.rims().overlaps()).allMatch(rim -> rim.iou() == 1);
  }

  @Test
  void whatIsWrongWithAnImageIsItsResult() throws IOException {
    PairCounts lonely = counted(png(1, 0), null);
    assertThat(lonely.hasNoTruth()).isTrue();
    assertThat(lonely.code()).isEqualTo("no-truth");

    TruthFile truth = truth(png(2, 0, 1));
    assertThat(counted(png(1, 0, 1), truth).code()).isEqualTo("other-size");
    assertThat(counted(png(2, 0, 7), truth))
        .extracting(PairCounts::code, PairCounts::problem)
        .containsExactly(
            "unknown-label",
            "Invalid prediction photo.jpg: id 7 is none of the 2 classes of plain ids 0 to 1;"
                + " --dataset says what ids mean, --void names a truth id to leave out");
    assertThat(counted("no PNG".getBytes(java.nio.charset.StandardCharsets.UTF_8), truth).code())
        .isEqualTo("not-an-image");
    TruthFile gone = new TruthFile("file:" + dir + "/gone.png", 7L, new int[0]);
    assertThat(counted(png(2, 0, 1), gone).code()).isEqualTo("not-found");
  }

  @Test
  void anUncheckedErrorOfOneImageIsItsResultToo() throws IOException {
    Truth truth = Truth.of("truth").withLayout(PanopticTruth.LAYOUT);
    PairCounts torn =
        counter(truth, Optional.empty())
            .call(
                new MaskPair(
                    "a",
                    "a.png",
                    null,
                    png(2, 0, 1),
                    PanopticTruth.writeTorn(dir.resolve("torn.png"), 2, 1)));

    assertThat(torn.code()).isEqualTo("internal");
    assertThat(torn.problem()).contains("ArrayIndexOutOfBoundsException");
    assertThat(torn.compared()).isFalse();
  }
}
