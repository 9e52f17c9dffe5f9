package org.deeplabspark.crf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.FeatureMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RetirementTest {

  private static final int WIDTH = 40;
  private static final int HEIGHT = 30;
  private static final int LABELS = 9;
  private static final ThreadTeam ALONE = new ThreadTeam(1);
  private static final CrfSettings ON = CrfSettings.deepLabV2();
  private static final CrfSettings OFF =
      new CrfSettings(ON.iterations(), ON.kernels(), 0, ON.threads());
  private static final DenseCrf WITH = new DenseCrf(ON);
  private static final DenseCrf WITHOUT = new DenseCrf(OFF);

  /** Label 8 is small while label 0 holds the image, and rules it when label 0 has gone. */
  private static FeatureMap aLabelThatComesBack() {
    FeatureMap unary = FeatureMap.zeros(LABELS, HEIGHT, WIDTH);
    Arrays.fill(unary.values(), 20);
    for (int pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
      int x = pixel % WIDTH;
      unary.values()[pixel] = x < 12 ? 0 : 5;
      unary.values()[unary.planeSize() + pixel] = x < 12 ? 5 : 0;
      unary.values()[8 * unary.planeSize() + pixel] = x < 12 ? 7.6f : 8;
      for (int label = 2; label < 8; label++) {
        unary.values()[label * unary.planeSize() + pixel] = 6.5f;
      }
    }
    return unary;
  }

  @Test
  void labelsThatAreSmallEverywhereSendNoMessages() {
    KernelChoice choice = KernelChoice.scalar();
    FeatureMap unary = aLabelThatComesBack();
    Tiles tiles = new Tiles(choice);
    tiles.start(unary);
    Retirement retirement = new Retirement(1e-3f, choice);

    retirement.start(tiles, 8, ALONE);

    assertThat(tiles.layout().labels()).hasSize(8).doesNotContain(8);
  }

  /**
   * The largest share of retired labels is followed: what makes one of them grow brings it back.
   */
  @Test
  void aRetiredLabelThatGrowsComesBack() {
    KernelChoice choice = KernelChoice.scalar();
    FeatureMap unary = aLabelThatComesBack();
    Tiles tiles = new Tiles(choice);
    tiles.start(unary);
    Retirement retirement = new Retirement(1e-3f, choice);
    retirement.start(tiles, 8, ALONE);
    tiles.softmax().exponentiateAll(ALONE);
    retirement.update(tiles, ALONE);
    int[] before = tiles.layout().labels();
    assertThat(before).doesNotContain(8);

    // Messages that speak against every live label by 5 at some pixels.
    for (int i = 0; i < 40; i++) {
      tiles.exponentials(0)[i] = -5;
    }
    int lanes = tiles.layout().lanes(0);
    for (int i = 40; i < WIDTH * HEIGHT * lanes; i++) {
      tiles.exponentials(0)[i] = tiles.u(0)[i];
    }
    tiles.softmax().exponentiateAll(ALONE);
    retirement.update(tiles, ALONE);

    assertThat(tiles.layout().labels()).hasSize(before.length + 1).contains(before).contains(8);
    assertThat(tiles.softmax().maxima().rest).isGreaterThan(5e-3f);
  }

  @Test
  void nothingRetiresWhereMessagesAreTooLarge() {
    KernelChoice choice = KernelChoice.scalar();
    FeatureMap unary = aLabelThatComesBack();
    Tiles tiles = new Tiles(choice);
    tiles.start(unary);

    new Retirement(1e-3f, choice).start(tiles, 51, ALONE);

    assertThat(tiles.layout().labels()).hasSize(LABELS);
  }

  @Test
  void offAndOnAgreeWhereLabelsRetire() {
    RgbImage image = Scenes.photo(WIDTH, HEIGHT, 3);
    FeatureMap unary = aLabelThatComesBack();

    assertThat(largestDifference(image, unary)).isLessThanOrEqualTo(5e-5f);
  }

  /** The network's own scores on 16 photographs, enlarged to the photograph's size. */
  @TestFactory
  Stream<DynamicTest> offAndOnAgreeOnPhotographs() {
    List<VocScores> all = VocScores.all();
    assertThat(all).hasSize(16);
    return all.stream()
        .map(
            scores ->
                DynamicTest.dynamicTest(
                    scores.name(),
                    () ->
                        assertThat(largestDifference(scores.image(), scores.unary()))
                            .isLessThanOrEqualTo(5e-5f)));
  }

  private static float largestDifference(RgbImage image, FeatureMap unary) {
    float[] with = WITH.marginals(image, unary).values();
    float[] without = WITHOUT.marginals(image, unary).values();
    float largest = 0;
    for (int i = 0; i < with.length; i++) {
      largest = Math.max(largest, Math.abs(with[i] - without[i]));
    }
    return largest;
  }
}
