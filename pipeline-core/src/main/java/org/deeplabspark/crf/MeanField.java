package org.deeplabspark.crf;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
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
  private final Crew crew;

  MeanField(Tiles tiles, Retirement retirement, Crew crew) {
    this.tiles = tiles;
    this.retirement = retirement;
    this.crew = crew;
  }

  /**
   * Runs all iterations.
   *
   * @param reached is told the number of iterations done, from 0 on
   */
  void run(
      FeatureMap unary,
      List<Filter> filters,
      float[] weights,
      int iterations,
      IntConsumer reached) {
    float reach = 0;
    boolean positive = true;
    for (int k = 0; k < weights.length; k++) {
      reach += Math.abs(weights[k]) * filters.get(k).gain();
      positive &= weights[k] >= 0;
    }
    boolean harmless = positive && reach <= HARMLESS;
    retirement.start(unary, tiles, positive ? reach : Float.POSITIVE_INFINITY);
    tiles.softmax(crew);
    reached.accept(0);
    for (int iteration = 0; iteration < iterations; iteration++) {
      retirement.update(unary, tiles);
      for (int tile = 0; tile < tiles.layout().tiles(); tile++) {
        step(filters, weights, tile);
      }
      if (!harmless) {
        Centering.centre(tiles);
      }
      tiles.softmax(crew);
      reached.accept(iteration + 1);
    }
  }

  private void step(List<Filter> filters, float[] weights, int tile) {
    TileKernels kernels = tiles.kernels(tile);
    float[] q = tiles.q(tile);
    float[] out = tiles.spare();
    filters.forEach(filter -> filter.reserve(kernels.lanes(), crew));
    int[] hashed =
        IntStream.range(0, weights.length).filter(k -> filters.get(k).hashed()).toArray();
    int[] streamed =
        IntStream.range(0, weights.length).filter(k -> !filters.get(k).hashed()).toArray();
    int bands = streamed.length == 0 ? 0 : Filter.bands(crew);
    // Splats take one thread each; the others stream meanwhile.
    crew.run(
        hashed.length + bands,
        (part, worker) -> {
          if (part < hashed.length) {
            filters.get(hashed[part]).splat(kernels, q);
          } else {
            stream(filters, weights, streamed, tile, part - hashed.length, bands, worker);
          }
        });
    for (int k : hashed) {
      filters.get(k).blur(kernels, crew);
    }
    crew.run(
        Tiles.PARTS,
        (part, worker) -> {
          int from = Tiles.cut(tiles.pixels(), part);
          int to = Tiles.cut(tiles.pixels(), part + 1);
          if (weights.length == 0) {
            int lanes = kernels.lanes();
            System.arraycopy(tiles.u(tile), from * lanes, out, from * lanes, (to - from) * lanes);
          }
          for (int i = 0; i < hashed.length; i++) {
            float[] start = i == 0 && streamed.length == 0 ? tiles.u(tile) : out;
            filters.get(hashed[i]).slice(kernels, start, out, weights[hashed[i]], from, to);
          }
        });
    tiles.swap(tile);
  }

  private void stream(
      List<Filter> filters,
      float[] weights,
      int[] streamed,
      int tile,
      int band,
      int bands,
      int worker) {
    for (int i = 0; i < streamed.length; i++) {
      float[] start = i == 0 ? tiles.u(tile) : tiles.spare();
      filters
          .get(streamed[i])
          .streamBand(
              tiles.kernels(tile),
              tiles.q(tile),
              start,
              tiles.spare(),
              weights[streamed[i]],
              band,
              bands,
              worker);
    }
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
