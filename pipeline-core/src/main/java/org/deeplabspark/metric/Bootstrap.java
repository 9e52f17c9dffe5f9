package org.deeplabspark.metric;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A bootstrap over images from their per-class counts: 95 % percentile intervals of every mean IoU,
 * pixel accuracy and class IoU, for one run or for the difference of two on the same images.
 *
 * <p>Each resample weighs each image by an independent Poisson(1) number instead of drawing a fixed
 * number of images; over more than a handful of images the intervals are the same (Chamandy et al.,
 * "Estimating uncertainty for massive data streams", 2012). The weights depend on the seed and the
 * image's id alone, so that counts may come in any order, be cut into parts, and be added up; two
 * bootstraps of one seed weigh the same image alike, which pairs them.
 *
 * <p>Memory is 24 bytes times classes times resamples (0.5 MB for 21 and 1,000), whatever the
 * number of images. Sums are whole numbers and exact up to 2^53 pixels.
 *
 * <p>Special cases: a resample that draws no image with a class in its truth says nothing about
 * that class, whatever it predicts of it. The class's IoU is undefined there, not 0: it is left out
 * of the class's interval and of that resample's mean IoU. A mean averages over the classes that
 * its convention takes in the whole data set, less those; a class that no truth has at all counts
 * as {@link MeanIou} says. A figure of fewer than {@link #FEWEST_IMAGES} images has no interval:
 * for a class, images with it in their truth, for the other figures, images with any truth.
 *
 * <p>Mutable; not thread-safe.
 */
public final class Bootstrap implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Resamples unless something else is asked: the ends of an interval move by some hundredths. */
  public static final int RESAMPLES = 1000;

  /** Seed unless something else is asked. */
  public static final long SEED = 1;

  /**
   * Fewer images than this give no interval. Resamples of so few are a handful of distinct sets: of
   * one image they are all alike, and of four one resample in 50 draws none.
   */
  public static final int FEWEST_IMAGES = 5;

  private static final int TRUTH = 0;
  private static final int PREDICTED = 1;
  private static final int INTERSECTION = 2;

  private final int classes;
  private final int resamples;
  private final long seed;
  private final double[] sums; // [class][truth, predicted, intersection][resample]
  private final long[] images; // [class]: with the class in their truth
  private final Set<String> first = new HashSet<>(); // of all images with a truth, the fewest
  private final double[] weights;
  private String weighted; // the image whose weights are filled in

  /**
   * No image yet.
   *
   * @param classes 1 to 256
   * @param resamples at least 1
   * @param seed of the weights
   * @throws IllegalArgumentException if a number is out of range
   */
  public Bootstrap(int classes, int resamples, long seed) {
    if (classes < 1 || classes > 256 || resamples < 1) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid bootstrap: must have 1 to 256 classes and at least 1 resample, got %d and %d",
              classes, resamples));
    }
    this.classes = classes;
    this.resamples = resamples;
    this.seed = seed;
    this.sums = new double[Math.multiplyExact(3 * classes, resamples)];
    this.images = new long[classes];
    this.weights = new double[resamples];
  }

  /** {@link #RESAMPLES} resamples with {@link #SEED}. */
  public static Bootstrap ofClasses(int classes) {
    return new Bootstrap(classes, RESAMPLES, SEED);
  }

  /** Number of classes. */
  public int classes() {
    return classes;
  }

  /**
   * Adds one class of one image, once; an image's classes may come in any order, and fastest one
   * after the other.
   *
   * @param imageId decides how often each resample draws the image
   * @param overlap that class's counts within the image
   * @throws IllegalArgumentException if there is no such class
   */
  public void add(String imageId, ClassIou overlap) {
    int classId = overlap.classId();
    if (classId < 0 || classId >= classes) {
      throw new IllegalArgumentException(
          String.format("Invalid class: must be 0 to %d, got %d", classes - 1, classId));
    }
    if (!imageId.equals(weighted)) {
      PoissonWeights.fill(weights, seed, PoissonWeights.key(imageId));
      weighted = imageId;
    }
    if (overlap.truthPixels() > 0) {
      images[classId]++;
      addFirst(imageId);
    }
    add(classId, TRUTH, (double) overlap.truthPixels());
    add(classId, PREDICTED, (double) overlap.predictedPixels());
    add(classId, INTERSECTION, (double) overlap.intersection());
  }

  private void addFirst(String imageId) {
    if (first.size() < FEWEST_IMAGES) {
      first.add(imageId);
    }
  }

  private void add(int classId, int which, double pixels) {
    if (pixels == 0) {
      return;
    }
    int row = row(classId, which);
    for (int r = 0; r < resamples; r++) {
      sums[row + r] += weights[r] * pixels;
    }
  }

  private int row(int classId, int which) {
    return (3 * classId + which) * resamples;
  }

  /**
   * Adds the images of another part of the same bootstrap to this one.
   *
   * @return this
   * @throws IllegalArgumentException if classes, resamples or seed differ
   */
  public Bootstrap addAll(Bootstrap other) {
    requireLike(other);
    for (int i = 0; i < sums.length; i++) {
      sums[i] += other.sums[i];
    }
    for (int id = 0; id < classes; id++) {
      images[id] += other.images[id];
    }
    other.first.forEach(this::addFirst);
    return this;
  }

  private void requireLike(Bootstrap other) {
    if (other.classes != classes || other.resamples != resamples || other.seed != seed) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid bootstraps: %d classes, %d resamples, seed %d and %d, %d, %d",
              classes, resamples, seed, other.classes, other.resamples, other.seed));
    }
  }

  /** Intervals of this run's figures, in 0..1. */
  public Intervals intervals() {
    return new Replicates(this).intervals();
  }

  /**
   * Intervals of this run's figures minus another's, in -1..1: the paired bootstrap.
   *
   * @param before a run over the same images; that they are the same is for the caller to know
   * @throws IllegalArgumentException if classes, resamples or seed differ
   */
  public Intervals gainOver(Bootstrap before) {
    requireLike(before);
    return new Replicates(this).minus(new Replicates(before)).intervals();
  }

  int resamples() {
    return resamples;
  }

  /** Images with a class in their truth. */
  public long images(int classId) {
    return images[classId];
  }

  /** Whether there are enough images with a truth for intervals. */
  boolean hasEnoughImages() {
    return first.size() == FEWEST_IMAGES;
  }

  /** One resample's counts, class by class. */
  List<ClassIou> overlaps(int resample) {
    List<ClassIou> overlaps = new ArrayList<>();
    for (int id = 0; id < classes; id++) {
      overlaps.add(
          new ClassIou(
              id,
              at(id, INTERSECTION, resample),
              at(id, TRUTH, resample),
              at(id, PREDICTED, resample)));
    }
    return overlaps;
  }

  private long at(int classId, int which, int resample) {
    return (long) sums[row(classId, which) + resample];
  }
}
