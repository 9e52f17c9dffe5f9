package org.deeplabspark.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.deeplabspark.dataset.LabelLayouts;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.Palette;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.metric.Trimap;
import org.deeplabspark.settings.ReadLimits;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.testing.SharedData;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * VOC's own labels and reference masks; the oracle reads them by the JDK and counts pixel by pixel.
 */
class VocEvaluationTest {

  private static final int CLASSES = 21;

  @TempDir Path dir;

  private Evaluation evaluate(Path predictions, Path truth, boolean boundary) throws IOException {
    EvaluateRequest request =
        EvaluateRequest.of(
            predictions.toString(),
            Truth.of(truth.toString()).withLayout(LabelLayouts.open("voc")),
            dir.resolve("metrics").toString());
    return new EvaluateJob(
            SharedSpark.session(),
            ReadLimits.of(Settings.reference()),
            boundary ? request.withBoundary(Trimap.Border.AUTO) : request)
        .run();
  }

  private static long[] naive(Path predictions, Path truth) throws IOException {
    long[] counts = new long[CLASSES * CLASSES];
    for (Path file : files(predictions)) {
      Raster predicted = raster(file);
      Raster wanted = raster(truth.resolve(file.getFileName()));
      for (int y = 0; y < wanted.getHeight(); y++) {
        for (int x = 0; x < wanted.getWidth(); x++) {
          if (wanted.getSample(x, y, 0) != 255) {
            counts[wanted.getSample(x, y, 0) * CLASSES + predicted.getSample(x, y, 0)]++;
          }
        }
      }
    }
    return counts;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static Raster raster(Path png) throws IOException {
    BufferedImage image = ImageIO.read(png.toFile());
    return image.getRaster();
  }

  private static void assertCounts(ConfusionMatrix matrix, long[] counts) {
    for (int t = 0; t < CLASSES; t++) {
      for (int p = 0; p < CLASSES; p++) {
        assertThat(matrix.count(t, p)).as("%d as %d", t, p).isEqualTo(counts[t * CLASSES + p]);
      }
    }
  }

  @Test
  void referenceMasksGiveTheCountsOfTheReferenceAndTheCrfsGainAtBorders() throws IOException {
    Path truth = SharedData.require("voc/SegmentationClass");
    Path rawMasks = SharedData.require("voc/pred_raw");
    Path crfMasks = SharedData.require("voc/pred_crf");
    Evaluation raw = evaluate(rawMasks, truth, true);
    Evaluation crf = evaluate(crfMasks, truth, true);

    assertCounts(raw.matrix(), naive(rawMasks, truth));
    assertCounts(crf.matrix(), naive(crfMasks, truth));
    assertThat(100 * raw.meanIou()).isCloseTo(62.93, within(0.005));
    assertThat(100 * crf.meanIou()).isCloseTo(64.34, within(0.005));
    for (int width = 1; width <= 5; width++) {
      assertThat(trimap(crf, width)).as("%d px", width).isGreaterThan(trimap(raw, width) + 0.01);
    }
    assertThat(crf.boundaries().orElseThrow().rims().meanIou(MeanIou.PRESENT))
        .isGreaterThan(raw.boundaries().orElseThrow().rims().meanIou(MeanIou.PRESENT));
    assertThat(raw.intervals().meanIou().get(MeanIou.PRESENT).low()).isLessThan(raw.meanIou());
    assertThat(raw.intervals().meanIou().get(MeanIou.PRESENT).high()).isGreaterThan(raw.meanIou());
  }

  private static double trimap(Evaluation evaluation, int width) {
    return evaluation.boundaries().orElseThrow().trimaps().get(width - 1).meanIou(MeanIou.PRESENT);
  }

  @Test
  void allLabelsAgainstThemselvesArePerfectAndShiftedOnesGiveTheOraclesCounts() throws IOException {
    Path labels = SharedData.require("voc_val_labels");
    Evaluation same = evaluate(labels, labels, false);
    assertThat(same.images()).isEqualTo(1449);
    assertThat(same.meanIou()).isEqualTo(1);
    assertThat(same.matrix().perClass()).allMatch(c -> c.iou() == 1);

    Path shifted = Files.createDirectory(dir.resolve("shifted"));
    for (Path file : files(labels)) {
      Files.write(shifted.resolve(file.getFileName()), shiftedRight(Files.readAllBytes(file)));
    }
    assertCounts(evaluate(shifted, labels, false).matrix(), naive(shifted, labels));
  }

  /**
   * Every row moved right by one pixel; void becomes background, since no prediction may be void.
   */
  private static byte[] shiftedRight(byte[] png) {
    try {
      LabelMask mask = PngMaskCodec.decode(png);
      byte[] labels = new byte[mask.pixels()];
      for (int i = 0; i < labels.length; i++) {
        int from = i % mask.width() == 0 ? i : i - 1;
        labels[i] = (byte) (mask.label(from) == LabelMask.VOID ? 0 : mask.label(from));
      }
      return PngMaskCodec.encode(new LabelMask(mask.width(), mask.height(), labels), Palette.voc());
    } catch (org.deeplabspark.image.MalformedImageException e) {
      throw new IllegalStateException(e);
    }
  }
}
