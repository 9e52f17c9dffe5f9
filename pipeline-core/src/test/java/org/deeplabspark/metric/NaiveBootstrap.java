package org.deeplabspark.metric;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * The textbook's bootstrap, written apart from the one under test: as many images as there are,
 * drawn with replacement from a list, and every figure from the drawn images alone.
 */
final class NaiveBootstrap {

  /** Pixels of one image by class. */
  static final class Photo {
    private final String name;
    private final long[] truth;
    private final long[] predicted;
    private final long[] both;

    Photo(String name, int classes) {
      this.name = name;
      truth = new long[classes];
      predicted = new long[classes];
      both = new long[classes];
    }

    String name() {
      return name;
    }

    void set(int classId, long truthPixels, long predictedPixels, long bothPixels) {
      truth[classId] = truthPixels;
      predicted[classId] = predictedPixels;
      both[classId] = bothPixels;
    }

    void addTo(Bootstrap bootstrap) {
      for (int c = 0; c < truth.length; c++) {
        if (truth[c] + predicted[c] > 0) {
          bootstrap.add(name, new ClassIou(c, both[c], truth[c], predicted[c]));
        }
      }
    }
  }

  private NaiveBootstrap() {}

  /** 2.5th and 97.5th percentile of a figure of the drawn images; undefined draws are left out. */
  static double[] ends(List<Photo> photos, int resamples, ToDoubleFunction<List<Photo>> figure) {
    Random random = new Random(20);
    double[] values = new double[resamples];
    int defined = 0;
    Photo[] drawn = new Photo[photos.size()];
    for (int r = 0; r < resamples; r++) {
      for (int i = 0; i < drawn.length; i++) {
        drawn[i] = photos.get(random.nextInt(photos.size()));
      }
      double value = figure.applyAsDouble(Arrays.asList(drawn));
      if (!Double.isNaN(value)) {
        values[defined++] = value;
      }
    }
    double[] sorted = Arrays.copyOf(values, defined);
    Arrays.sort(sorted);
    return new double[] {
      sorted[(int) Math.round(0.025 * (defined - 1))],
      sorted[(int) Math.round(0.975 * (defined - 1))]
    };
  }

  /** IoU over some drawn images; undefined where none of them has the class in its truth. */
  static double iou(List<Photo> drawn, int c) {
    boolean seen = false;
    long both = 0;
    long either = 0;
    for (Photo photo : drawn) {
      seen |= photo.truth[c] > 0;
      both += photo.both[c];
      either += photo.truth[c] + photo.predicted[c] - photo.both[c];
    }
    return seen ? 1.0 * both / either : Double.NaN;
  }

  /**
   * Mean IoU over some drawn images of the classes that the convention averages over in the whole
   * data set, without those that the draw leaves undefined.
   */
  static double mean(List<Photo> all, List<Photo> drawn, MeanIou convention) {
    double sum = 0;
    int counted = 0;
    for (int i = 0; i < all.get(0).truth.length; i++) {
      int c = i;
      double iou = iou(drawn, c);
      boolean neverInTruth = all.stream().allMatch(photo -> photo.truth[c] == 0);
      boolean predicted = drawn.stream().anyMatch(photo -> photo.predicted[c] > 0);
      if (!Double.isNaN(iou)) {
        sum += iou;
        counted++;
      } else if (neverInTruth
          && (convention == MeanIou.ALL || (convention == MeanIou.UNION && predicted))) {
        counted++;
      }
    }
    return counted == 0 ? Double.NaN : sum / counted;
  }
}
