package org.deeplabspark.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BootstrapTest {

  private static final int CLASSES = 4;

  /** One image's counts, of classes 0, 1 and sometimes 2; class 3 occurs nowhere. */
  private record Image(String id, List<ClassIou> overlaps) {}

  private static List<Image> images(int count, double quality, long seed) {
    Random random = new Random(seed);
    List<Image> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double hardness = 0.4 * random.nextDouble();
      List<ClassIou> overlaps = new ArrayList<>();
      for (int id = 0; id < (i % 3 == 0 ? 3 : 2); id++) {
        int truth = 100 + random.nextInt(900);
        int both = (int) (truth * Math.min(1, quality - hardness * random.nextDouble()));
        overlaps.add(new ClassIou(id, both, truth, both + random.nextInt(200)));
      }
      images.add(new Image("street/" + i, overlaps));
    }
    return images;
  }

  private static Bootstrap bootstrap(List<Image> images) {
    Bootstrap bootstrap = Bootstrap.ofClasses(CLASSES);
    images.forEach(image -> image.overlaps().forEach(o -> bootstrap.add(image.id(), o)));
    return bootstrap;
  }

  /** The textbook's way: as many images as there are, drawn with replacement. */
  private static double[] drawn(List<Image> images, int resamples, MeanIou convention) {
    Random random = new Random(7);
    double[] means = new double[resamples];
    for (int r = 0; r < resamples; r++) {
      long[][] sums = new long[CLASSES][3];
      for (int i = 0; i < images.size(); i++) {
        for (ClassIou o : images.get(random.nextInt(images.size())).overlaps()) {
          sums[o.classId()][0] += o.intersection();
          sums[o.classId()][1] += o.truthPixels();
          sums[o.classId()][2] += o.predictedPixels();
        }
      }
      List<ClassIou> all = new ArrayList<>();
      for (int id = 0; id < CLASSES; id++) {
        all.add(new ClassIou(id, sums[id][0], sums[id][1], sums[id][2]));
      }
      means[r] = convention.mean(all);
    }
    return means;
  }

  @Test
  void intervalsAreThoseOfDrawingWithReplacement() {
    List<Image> images = images(200, 0.9, 1);
    Intervals poisson = bootstrap(images).intervals();
    for (MeanIou convention : MeanIou.values()) {
      Interval textbook = Interval.of(drawn(images, 4000, convention));
      double width = textbook.high() - textbook.low();
      // The ends of a percentile interval of 1,000 resamples scatter by some 5 % of its width.
      assertThat(poisson.meanIou().get(convention).low())
          .isCloseTo(textbook.low(), within(0.15 * width));
      assertThat(poisson.meanIou().get(convention).high())
          .isCloseTo(textbook.high(), within(0.15 * width));
    }
  }

  @Test
  void nineteenOfTwentyIntervalsHoldTheTruth() {
    List<Image> population = images(20_000, 0.9, 2);
    double truth = iouOfClass(population, 1);
    int held = 0;
    for (int sample = 0; sample < 200; sample++) {
      Interval interval =
          bootstrap(population.subList(100 * sample, 100 * sample + 100))
              .intervals()
              .classIou()
              .get(1);
      held += interval.low() <= truth && truth <= interval.high() ? 1 : 0;
    }
    assertThat(held).isBetween(176, 199);
  }

  private static double iouOfClass(List<Image> images, int id) {
    long both = 0;
    long union = 0;
    for (Image image : images) {
      both += image.overlaps().get(id).intersection();
      union += image.overlaps().get(id).union();
    }
    return (double) both / union;
  }

  @Test
  void orderAndPartsChangeNothing() {
    List<Image> images = images(50, 0.9, 3);
    Intervals whole = bootstrap(images).intervals();

    List<Image> shuffled = new ArrayList<>(images);
    Collections.shuffle(shuffled, new Random(1));
    Bootstrap parts = bootstrap(shuffled.subList(0, 20));
    parts.addAll(bootstrap(shuffled.subList(20, 50)));

    assertThat(parts.intervals()).isEqualTo(whole);
  }

  @Test
  void pairsAreTighterThanTheDifferenceOfTwoIntervals() {
    List<Image> before = images(100, 0.85, 4);
    List<Image> after = new ArrayList<>();
    for (Image image : before) {
      after.add(
          new Image(
              image.id(),
              image.overlaps().stream()
                  .map(
                      o ->
                          new ClassIou(
                              o.classId(),
                              o.intersection() + (o.truthPixels() - o.intersection()) / 10,
                              o.truthPixels(),
                              o.predictedPixels()))
                  .toList()));
    }
    Bootstrap old = bootstrap(before);
    Interval single = old.intervals().meanIou().get(MeanIou.PRESENT);
    Interval gain = bootstrap(after).gainOver(old).meanIou().get(MeanIou.PRESENT);

    assertThat(gain.low()).isPositive();
    assertThat(gain.high() - gain.low()).isLessThan(0.5 * (single.high() - single.low()));
    Intervals nothing = old.gainOver(bootstrap(before));
    assertThat(nothing.meanIou().get(MeanIou.UNION)).isEqualTo(new Interval(0, 0));
    assertThat(nothing.pixelAccuracy()).isEqualTo(new Interval(0, 0));
  }

  @Test
  void classInNeitherHasNoInterval() {
    Intervals intervals = bootstrap(images(30, 0.9, 5)).intervals();
    assertThat(intervals.classIou()).hasSize(CLASSES);
    assertThat(intervals.classIou().get(3).defined()).isFalse();
    assertThat(intervals.classIou().get(0).defined()).isTrue();
    assertThat(Bootstrap.ofClasses(1).intervals().pixelAccuracy().defined()).isFalse();
  }

  @Test
  void weightsArePoissonOfMeanOne() {
    double[] weights = new double[100_000];
    PoissonWeights.fill(weights, 1, PoissonWeights.key("any"));
    double mean = Arrays.stream(weights).average().orElseThrow();
    double variance = Arrays.stream(weights).map(w -> (w - mean) * (w - mean)).sum() / 100_000;
    // Five standard errors of each.
    assertThat(mean).isCloseTo(1, within(0.016));
    assertThat(variance).isCloseTo(1, within(0.028));
    assertThat(Arrays.stream(weights).filter(w -> w == 0).count() / 1e5)
        .isCloseTo(Math.exp(-1), within(0.008));
  }

  @Test
  void partsThatDoNotBelongTogetherAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Bootstrap(3, 10, 1).addAll(new Bootstrap(3, 10, 2)))
        .withMessageContaining("seed 1 and 3, 10, 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Bootstrap(3, 10, 1).add("a", new ClassIou(3, 0, 1, 1)))
        .withMessageContaining("0 to 2, got 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Bootstrap(0, 10, 1))
        .withMessageContaining("1 to 256 classes");
  }
}
