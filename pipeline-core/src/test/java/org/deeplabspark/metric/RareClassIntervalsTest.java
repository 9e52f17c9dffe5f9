package org.deeplabspark.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplabspark.metric.NaiveBootstrap.Photo;
import org.junit.jupiter.api.Test;

/** Intervals where many resamples draw no image of a class, against an independent bootstrap. */
class RareClassIntervalsTest {

  private static final int RESAMPLES = 10_000;
  private static final int COMMON = 0;
  private static final int PREDICTED_ONLY = 5;
  private static final int ABSENT = 6;
  private static final int CLASSES = 7;

  /** Classes 1 to 4 are in the truth of this many of the photographs. */
  private static final int[] PHOTOS_OF_RARE = {0, 2, 3, 5, 9};

  /** Rare classes are mostly found, and predicted where they are not besides. */
  private static List<Photo> photos(double quality) {
    Random random = new Random(11);
    List<Photo> photos = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Photo photo = new Photo("farm/" + i, CLASSES);
      add(random, photo, COMMON, quality);
      for (int rare = 1; rare < PHOTOS_OF_RARE.length; rare++) {
        if ((i + 7 * rare) % 40 < PHOTOS_OF_RARE[rare]) {
          add(random, photo, rare, quality);
        } else if (random.nextInt(4) == 0) {
          photo.set(rare, 0, 5 + random.nextInt(20), 0);
        }
      }
      if (i % 8 == 0) {
        photo.set(PREDICTED_ONLY, 0, 30, 0);
      }
      photos.add(photo);
    }
    return photos;
  }

  private static void add(Random random, Photo photo, int classId, double quality) {
    long truth = 300L + random.nextInt(700);
    long both = Math.round(truth * (quality - 0.3 * random.nextDouble()));
    photo.set(classId, truth, both + random.nextInt(150), both);
  }

  private static Bootstrap bootstrap(List<Photo> photos) {
    Bootstrap bootstrap = Bootstrap.ofClasses(CLASSES);
    photos.forEach(photo -> photo.addTo(bootstrap));
    return bootstrap;
  }

  /** The ends of an interval of 1,000 resamples scatter by some 5 % of its width. */
  private static void assertLike(double[] ends, Interval interval, String what) {
    double width = ends[1] - ends[0];
    assertThat(interval.low()).as(what).isCloseTo(ends[0], within(0.15 * width));
    assertThat(interval.high()).as(what).isCloseTo(ends[1], within(0.15 * width));
  }

  @Test
  void intervalsAreThoseOfAnIndependentBootstrapThatLeavesUndrawnClassesOut() {
    List<Photo> photos = photos(1);
    Intervals intervals = bootstrap(photos).intervals();

    for (MeanIou convention : MeanIou.values()) {
      double[] ends =
          NaiveBootstrap.ends(
              photos, RESAMPLES, drawn -> NaiveBootstrap.mean(photos, drawn, convention));
      assertLike(ends, intervals.meanIou().get(convention), convention.name());
    }
    for (int classId : new int[] {COMMON, 3, 4}) {
      double[] ends =
          NaiveBootstrap.ends(photos, RESAMPLES, drawn -> NaiveBootstrap.iou(drawn, classId));
      assertLike(ends, intervals.classIou().get(classId), "class " + classId);
    }
  }

  @Test
  void gainsAreThoseOfAnIndependentPairedBootstrap() {
    List<Photo> before = photos(0.9);
    List<Photo> after = photos(1);
    Intervals gains = bootstrap(after).gainOver(bootstrap(before));
    List<Photo> places = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      places.add(new Photo("" + i, CLASSES));
    }

    for (MeanIou convention : MeanIou.values()) {
      double[] ends =
          NaiveBootstrap.ends(
              places,
              RESAMPLES,
              drawn ->
                  NaiveBootstrap.mean(after, at(after, drawn), convention)
                      - NaiveBootstrap.mean(before, at(before, drawn), convention));
      assertLike(ends, gains.meanIou().get(convention), convention.name());
    }
    double[] ends =
        NaiveBootstrap.ends(
            places,
            RESAMPLES,
            drawn ->
                NaiveBootstrap.iou(at(after, drawn), 4) - NaiveBootstrap.iou(at(before, drawn), 4));
    assertLike(ends, gains.classIou().get(4), "class 4");
    assertThat(gains.classIou().get(2).defined()).isFalse();
  }

  private static List<Photo> at(List<Photo> photos, List<Photo> drawn) {
    return drawn.stream().map(place -> photos.get(Integer.parseInt(place.name()))).toList();
  }

  /** Coverage of a class in some 12 of 80 photographs, of which more are predicted to have it. */
  @Test
  void aboutNineteenOfTwentyIntervalsOfARareClassHoldItsTrueIou() {
    double rate = 0.15;
    double falseRate = 0.1;
    // Truth has 549.5 pixels on average, a share of 0.8 of them found, and 99.5 are predicted
    // beside it.
    double trueIou = rate * 549.5 * 0.8 / (rate * (549.5 + 99.5) + (1 - rate) * falseRate * 99.5);
    Random random = new Random(5);
    int intervals = 0;
    int held = 0;
    for (int sample = 0; sample < 400; sample++) {
      Bootstrap bootstrap = Bootstrap.ofClasses(1);
      for (int i = 0; i < 80; i++) {
        Photo photo = new Photo(sample + "/" + i, 1);
        if (random.nextDouble() < rate) {
          long truth = 100L + random.nextInt(900);
          long both = Math.round(truth * (0.6 + 0.4 * random.nextDouble()));
          photo.set(0, truth, both + random.nextInt(200), both);
        } else if (random.nextDouble() < falseRate) {
          photo.set(0, 0, random.nextInt(200), 0);
        }
        photo.addTo(bootstrap);
      }
      Interval interval = bootstrap.intervals().classIou().get(0);
      intervals += interval.defined() ? 1 : 0;
      held += interval.low() <= trueIou && trueIou <= interval.high() ? 1 : 0;
    }

    assertThat(intervals).isBetween(380, 400);
    // Percentile intervals of a dozen images are known to be somewhat short.
    assertThat((double) held / intervals).isBetween(0.87, 0.99);
  }

  @Test
  void aClassInFewerThanFiveImagesHasNoInterval() {
    Intervals intervals = bootstrap(photos(1)).intervals();

    assertThat(intervals.images()).containsExactly(40L, 2L, 3L, 5L, 9L, 0L, 0L);
    assertThat(intervals.classIou().stream().map(Interval::defined))
        .containsExactly(true, false, false, true, true, false, false);
    assertThat(intervals.classIou().get(3).low()).isGreaterThan(0.6);
    assertThat(intervals.classIou().get(ABSENT)).isEqualTo(Interval.UNDEFINED);
  }

  @Test
  void fewerThanFiveImagesGiveNoIntervalAtAll() {
    List<Photo> photos = photos(1);
    Intervals four = bootstrap(photos.subList(0, 4)).intervals();
    Bootstrap parts = bootstrap(photos.subList(0, 2));
    parts.addAll(bootstrap(photos.subList(2, 5)));

    assertThat(four.pixelAccuracy()).isEqualTo(Interval.UNDEFINED);
    assertThat(four.meanIou().values()).containsOnly(Interval.UNDEFINED);
    assertThat(bootstrap(photos.subList(0, 4)).gainOver(bootstrap(photos)).pixelAccuracy())
        .isEqualTo(Interval.UNDEFINED);
    assertThat(parts.intervals().pixelAccuracy().defined()).isTrue();
    assertThat(parts.intervals().meanIou().get(MeanIou.PRESENT).defined()).isTrue();
    assertThat(parts.intervals().images().get(COMMON)).isEqualTo(5);
  }
}
