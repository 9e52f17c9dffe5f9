package org.deeplabspark.tensor;

import java.util.Arrays;

/**
 * A linear map from one axis to another in which every target position is a weighted sum of a few
 * neighbouring source positions: bilinear interpolation, cropping, or one after the other.
 *
 * <p>Both axes of an image are resampled independently, so a chain of resizes and crops is composed
 * once an axis and then applied in a single pass, without the maps in between. Immutable.
 */
public final class Resampling {

  private final int sourceLength;
  private final int taps;
  private final int[] first; // [target]
  private final float[] weights; // [target][taps]

  private Resampling(int sourceLength, int taps, int[] first, float[] weights) {
    this.sourceLength = sourceLength;
    this.taps = taps;
    this.first = first;
    this.weights = weights;
  }

  /**
   * Linear interpolation between the two nearest source positions, without smoothing when it
   * shrinks.
   *
   * @param source positions of the source axis, at least 1
   * @param target positions of the target axis, at least 1
   * @throws IllegalArgumentException if a length is below 1
   */
  public static Resampling bilinear(int source, int target, AlignCorners alignCorners) {
    requirePositive(source, target);
    double step =
        alignCorners == AlignCorners.NO ? (double) source / target : cornerStep(source, target);
    int taps = Math.min(2, source);
    int[] first = new int[target];
    float[] weights = new float[target * taps];
    for (int i = 0; i < target; i++) {
      double at = alignCorners == AlignCorners.YES ? i * step : (i + 0.5) * step - 0.5;
      at = Math.min(Math.max(at, 0), source - 1);
      first[i] = Math.min((int) at, source - taps);
      if (taps == 1) {
        weights[i] = 1;
      } else {
        weights[2 * i + 1] = (float) (at - first[i]);
        weights[2 * i] = 1 - weights[2 * i + 1];
      }
    }
    return new Resampling(source, taps, first, weights);
  }

  private static double cornerStep(int source, int target) {
    return target == 1 ? 0 : (source - 1.0) / (target - 1.0);
  }

  /**
   * Bilinear filter that widens by the factor it shrinks by, so that every source pixel counts
   * (Pillow's {@code BILINEAR}, OpenCV's and PyTorch's {@code antialias}); the same as {@link
   * #bilinear} with {@link AlignCorners#NO} where it enlarges.
   *
   * @param source positions of the source axis, at least 1
   * @param target positions of the target axis, at least 1
   * @throws IllegalArgumentException if a length is below 1
   */
  public static Resampling antialiased(int source, int target) {
    requirePositive(source, target);
    double step = (double) source / target;
    double support = Math.max(step, 1);
    int taps = Math.min(source, (int) Math.ceil(support) * 2 + 1);
    int[] first = new int[target];
    float[] weights = new float[target * taps];
    double[] row = new double[taps];
    for (int i = 0; i < target; i++) {
      double centre = (i + 0.5) * step;
      first[i] = Math.min(Math.max((int) (centre - support + 0.5), 0), source - taps);
      double sum = 0;
      for (int t = 0; t < taps; t++) {
        row[t] = Math.max(0, 1 - Math.abs(first[i] + t + 0.5 - centre) / support);
        sum += row[t];
      }
      for (int t = 0; t < taps; t++) {
        weights[i * taps + t] = (float) (row[t] / sum);
      }
    }
    return new Resampling(source, taps, first, weights);
  }

  private static void requirePositive(int source, int target) {
    if (source < 1 || target < 1) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid resampling: lengths must be at least 1, got %d to %d", source, target));
    }
  }

  /**
   * The first positions of this target axis.
   *
   * @param length 1 to {@link #targetLength()}
   * @throws IllegalArgumentException if the length is out of range
   */
  public Resampling crop(int length) {
    if (length < 1 || length > targetLength()) {
      throw new IllegalArgumentException(
          String.format("Invalid crop: must be 1 to %d, got %d", targetLength(), length));
    }
    return new Resampling(
        sourceLength, taps, Arrays.copyOf(first, length), Arrays.copyOf(weights, length * taps));
  }

  /**
   * This map followed by another one.
   *
   * @param next its source axis is this target axis
   * @throws IllegalArgumentException if the lengths do not meet
   */
  public Resampling then(Resampling next) {
    if (next.sourceLength != targetLength()) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid chain: %d positions meet a map of %d", targetLength(), next.sourceLength));
    }
    int target = next.targetLength();
    int[] from = new int[target];
    int span = 1;
    for (int i = 0; i < target; i++) {
      from[i] = first[next.first[i]];
      span = Math.max(span, first[next.first[i] + next.taps - 1] + taps - from[i]);
    }
    float[] combined = new float[target * span];
    for (int i = 0; i < target; i++) {
      from[i] = Math.min(from[i], sourceLength - span);
      for (int n = 0; n < next.taps; n++) {
        int middle = next.first[i] + n;
        float weight = next.weights[i * next.taps + n];
        for (int t = 0; t < taps; t++) {
          combined[i * span + first[middle] - from[i] + t] += weight * weights[middle * taps + t];
        }
      }
    }
    return new Resampling(sourceLength, span, from, combined);
  }

  /** Positions of the source axis. */
  public int sourceLength() {
    return sourceLength;
  }

  /** Positions of the target axis. */
  public int targetLength() {
    return first.length;
  }

  /** Source positions that one target position reads. */
  public int taps() {
    return taps;
  }

  /**
   * First source position that a target position reads; it reads {@link #taps()} from there on.
   *
   * @param target 0 to {@link #targetLength()} - 1
   */
  public int first(int target) {
    return first[target];
  }

  /**
   * Weight of the source position {@code first(target) + tap}; the weights of a target sum to 1.
   *
   * @param target 0 to {@link #targetLength()} - 1
   * @param tap 0 to {@link #taps()} - 1
   */
  public float weight(int target, int tap) {
    return weights[target * taps + tap];
  }

  /**
   * Resamples every plane, columns first.
   *
   * @param rows from the map's height
   * @param columns from the map's width
   * @return a new map of the target lengths
   * @throws IllegalArgumentException if a source length is not the map's or the result does not fit
   *     one array
   */
  public static FeatureMap apply(FeatureMap map, Resampling rows, Resampling columns) {
    if (rows.sourceLength != map.height() || columns.sourceLength != map.width()) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid resampling: from %d x %d, but the map is %d x %d",
              rows.sourceLength, columns.sourceLength, map.height(), map.width()));
    }
    int height = rows.targetLength();
    int width = columns.targetLength();
    FeatureMap result = FeatureMap.zeros(map.channels(), height, width);
    float[] narrow = new float[map.height() * width]; // one plane, columns done
    for (int channel = 0; channel < map.channels(); channel++) {
      int plane = channel * map.planeSize();
      for (int y = 0; y < map.height(); y++) {
        columns.gather(map.values(), plane + y * map.width(), narrow, y * width);
      }
      int target = channel * height * width;
      for (int y = 0; y < height; y++) {
        for (int t = 0; t < rows.taps; t++) {
          float weight = rows.weights[y * rows.taps + t];
          if (weight != 0) {
            add(
                weight,
                narrow,
                (rows.first[y] + t) * width,
                result.values(),
                target + y * width,
                width);
          }
        }
      }
    }
    return result;
  }

  /**
   * Resamples one line.
   *
   * @param source has {@link #sourceLength()} values from {@code from} on
   * @param target gets {@link #targetLength()} values from {@code to} on
   */
  public void gather(float[] source, int from, float[] target, int to) {
    for (int i = 0; i < first.length; i++) {
      int at = from + first[i];
      float sum = 0;
      for (int t = 0; t < taps; t++) {
        sum += weights[i * taps + t] * source[at + t];
      }
      target[to + i] = sum;
    }
  }

  private static void add(float weight, float[] source, int from, float[] target, int to, int n) {
    for (int i = 0; i < n; i++) {
      target[to + i] += weight * source[from + i];
    }
  }
}
