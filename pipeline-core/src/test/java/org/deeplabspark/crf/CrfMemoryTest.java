package org.deeplabspark.crf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.segment.Stage;
import org.deeplabspark.segment.StageException;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.NetworkScores;
import org.deeplabspark.tensor.OutputKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrfMemoryTest {

  private static final CrfSettings SETTINGS = CrfSettings.deepLabV2();

  /**
   * What an instance holds after a run stays below what was announced, and is not a small part of
   * it.
   */
  @ParameterizedTest
  @CsvSource({"21,300,200", "2,640,480", "40,160,120"})
  void announcedBytesCoverWhatIsHeld(int labels, int width, int height) {
    RgbImage image = calmPhoto(width, height);
    FeatureMap unary = Scenes.softUnary(labels, width, height, 4);
    DenseCrf crf = new DenseCrf(SETTINGS);
    long before = held();

    crf.marginals(image, unary);

    long used = held() - before;
    long announced = CrfMemory.workspaceBytes(width, height, labels, SETTINGS);
    assertThat(used).isBetween(announced / 4, announced);
    crf.marginals(image, unary);
    assertThat(held() - before).isLessThan(used + announced / 20);
  }

  @ParameterizedTest
  @CsvSource({"21,300,200", "2,640,480", "40,160,120"})
  void announcedBytesCoverWhatIsHeldWithScores(int labels, int width, int height) {
    RgbImage image = calmPhoto(width, height);
    NetworkScores scores = Scenes.scores(labels, 33, 25, width, height, OutputKind.LOGITS, 3);
    DenseCrf crf = new DenseCrf(SETTINGS);
    long before = held();

    crf.refine(image, scores);

    long used = held() - before;
    long announced =
        CrfMemory.workspaceBytes(width, height, labels, SETTINGS)
            + CrfMemory.scoreBytes(width, height, labels, 25);
    assertThat(used).isBetween(announced / 6, announced);
    crf.refine(image, scores);
    assertThat(held() - before).isLessThan(used + announced / 20);
  }

  /** Slopes of colour with a little noise: about as many vertices as a photograph has. */
  private static RgbImage calmPhoto(int width, int height) {
    Random random = new Random(3);
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (40 + (i / 3 % width + i / 3 / width) / 4 + random.nextInt(3));
    }
    return new RgbImage(width, height, rgb);
  }

  private static long held() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** The scores of a network of stride 8 included. */
  @Test
  void manyLabelsOnALargeImageFitFourGigabytes() {
    assertThat(
            CrfMemory.workspaceBytes(1024, 768, 150, SETTINGS)
                + CrfMemory.scoreBytes(1024, 768, 150, 96))
        .isLessThan(4L << 30);
  }

  @Test
  void imagesThatDoNotFitTheBudgetAreRefusedWithTheFigures() {
    DenseCrf crf = new DenseCrf(SETTINGS, 8 << 20, KernelChoice.best());

    assertThatThrownBy(
            () -> crf.marginals(Scenes.photo(200, 100, 1), Scenes.softUnary(21, 200, 100, 1)))
        .isInstanceOf(CrfMemoryException.class)
        .hasMessageMatching(
            "Invalid image for the CRF: 200 x 100 with 21 labels needs \\d+ MB of workspace, got a budget of 8 MB;"
                + " give the executor more memory, or leave the CRF out \\(--crf off\\)")
        .satisfies(e -> assertThat(StageException.of(Stage.CRF, e).code()).isEqualTo("crf-memory"));
  }

  /** Noise has a vertex of its own at nearly every corner of every pixel. */
  @Test
  void aLatticeThatOutgrowsTheBudgetIsRefused() {
    byte[] noise = new byte[3 * 200 * 100];
    new Random(1).nextBytes(noise);
    RgbImage image = new RgbImage(200, 100, noise);
    long announced = CrfMemory.workspaceBytes(200, 100, 2, SETTINGS);

    assertThatThrownBy(
            () ->
                new DenseCrf(SETTINGS, announced, KernelChoice.best())
                    .marginals(image, Scenes.softUnary(2, 200, 100, 1)))
        .isInstanceOf(CrfMemoryException.class);
    assertThat(
            new DenseCrf(SETTINGS, announced, KernelChoice.best())
                .marginals(
                    new RgbImage(200, 100, new byte[3 * 200 * 100]),
                    Scenes.softUnary(2, 200, 100, 1))
                .channels())
        .isEqualTo(2);
  }
}
