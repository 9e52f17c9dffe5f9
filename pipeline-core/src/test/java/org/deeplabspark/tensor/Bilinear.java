package org.deeplabspark.tensor;

/** Bilinear resizing of feature maps, with the sampling grid said explicitly. */
public final class Bilinear {

  private Bilinear() {}

  /**
   * Resizes every plane by linear interpolation between the four nearest values, without smoothing
   * when it shrinks.
   *
   * <p>A constant map stays constant, and values stay within the range of the source.
   *
   * @param map the source; not changed
   * @param height rows of the result, at least 1
   * @param width columns of the result, at least 1
   * @param alignCorners the sampling grid; with {@link AlignCorners#YES} a result of one row or
   *     column takes the source's first
   * @return a new map
   * @throws IllegalArgumentException if a size is below 1 or the result does not fit one array
   */
  public static FeatureMap resize(
      FeatureMap map, int height, int width, AlignCorners alignCorners) {
    return Resampling.apply(
        map,
        Resampling.bilinear(map.height(), height, alignCorners),
        Resampling.bilinear(map.width(), width, alignCorners));
  }
}
