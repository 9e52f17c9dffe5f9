package org.deeplabspark.crf;

import java.util.Arrays;
import java.util.List;
import org.deeplabspark.tensor.FeatureMap;

/**
 * The iterations for Potts compatibilities: labels meet only in the softmax, so each tile is
 * filtered on its own.
 */
final class MeanField {

  // exp(60) is far from the largest float: below this no maximum need be taken off.
  private static final float HARMLESS = 60;

  private final Tiles tiles;
  private final Retirement retirement;

  MeanField(Tiles tiles, Retirement retirement) {
    this.tiles = tiles;
    this.retirement = retirement;
  }

  void run(FeatureMap unary, List<Filter> filters, float[] weights, int iterations) {
    float reach = 0;
    boolean positive = true;
    for (int k = 0; k < weights.length; k++) {
      reach += Math.abs(weights[k]) * filters.get(k).gain();
      positive &= weights[k] >= 0;
    }
    boolean harmless = positive && reach <= HARMLESS;
    tiles.start(unary);
    retirement.start(unary, tiles, positive ? reach : Float.POSITIVE_INFINITY);
    tiles.softmax();
    for (int iteration = 0; iteration < iterations; iteration++) {
      retirement.update(unary, tiles);
      for (int tile = 0; tile < tiles.layout().tiles(); tile++) {
        step(filters, weights, tile);
      }
      if (!harmless) {
        Centering.centre(tiles);
      }
      tiles.softmax();
    }
  }

  private void step(List<Filter> filters, float[] weights, int tile) {
    TileKernels kernels = tiles.kernels(tile);
    for (Filter filter : filters) {
      filter.reserve(kernels.lanes());
      filter.spread(kernels, tiles.q(tile));
    }
    float[] out = tiles.spare();
    if (filters.isEmpty()) {
      System.arraycopy(tiles.u(tile), 0, out, 0, tiles.pixels() * kernels.lanes());
    }
    for (int k = 0; k < weights.length; k++) {
      float[] base = k == 0 ? tiles.u(tile) : out;
      filters.get(k).collect(kernels, tiles.q(tile), base, out, weights[k]);
    }
    tiles.swap(tile);
  }

  /** Takes the largest energy off at each pixel where messages may be large. */
  static final class Centering {
    private Centering() {}

    static void centre(Tiles tiles) {
      float[] largest = new float[tiles.pixels()];
      Arrays.fill(largest, Float.NEGATIVE_INFINITY);
      TileLayout layout = tiles.layout();
      for (int tile = 0; tile < layout.tiles(); tile++) {
        int lanes = layout.lanes(tile);
        for (int pixel = 0; pixel < largest.length; pixel++) {
          for (int lane = 0; lane < layout.labelsIn(tile); lane++) {
            largest[pixel] = Math.max(largest[pixel], tiles.q(tile)[pixel * lanes + lane]);
          }
        }
      }
      for (int tile = 0; tile < layout.tiles(); tile++) {
        float[] e = tiles.q(tile);
        int lanes = layout.lanes(tile);
        for (int pixel = 0; pixel < largest.length; pixel++) {
          for (int lane = 0; lane < lanes; lane++) {
            int i = pixel * lanes + lane;
            e[i] =
                lane < layout.labelsIn(tile)
                    ? Math.max(Tiles.LOWEST, e[i] - largest[pixel])
                    : Tiles.LOWEST;
          }
        }
      }
    }
  }
}
