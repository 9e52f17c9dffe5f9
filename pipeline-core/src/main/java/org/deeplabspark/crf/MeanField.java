package org.deeplabspark.crf;

import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * The iterations for Potts compatibilities: labels meet only in the softmax, so each tile is
 * filtered on its own.
 */
final class MeanField {

  // exp(60) is far from the largest float: below this no maximum need be taken off.
  private static final float HARMLESS = 60;

  private final Tiles tiles;
  private final Retirement retirement;
  private final List<Filter> filters;
  private final float[] weights;
  private final int[] hashed;
  private final int[] streamed;
  private final Crew crew;
  private boolean harmless;

  MeanField(Tiles tiles, Retirement retirement, List<Filter> filters, float[] weights, Crew crew) {
    this.tiles = tiles;
    this.retirement = retirement;
    this.filters = filters;
    this.weights = weights;
    this.crew = crew;
    hashed = IntStream.range(0, weights.length).filter(k -> filters.get(k).hashed()).toArray();
    streamed = IntStream.range(0, weights.length).filter(k -> !filters.get(k).hashed()).toArray();
  }

  /**
   * Runs.
   *
   * @param reached is told the number of iterations done, from 0 on
   */
  void run(int iterations, IntConsumer reached) {
    float reach = 0;
    boolean positive = true;
    for (int k = 0; k < weights.length; k++) {
      reach += Math.abs(weights[k]) * filters.get(k).gain();
      positive &= weights[k] >= 0;
    }
    harmless = positive && reach <= HARMLESS;
    // Centred energies leave no room for the rest term.
    retirement.start(tiles, harmless ? reach : Float.POSITIVE_INFINITY, crew);
    tiles.softmax().exponentiateAll(crew);
    crew.run(Tiles.PARTS, (part, worker) -> weigh(cut(part), cut(part + 1)));
    reached.accept(0);
    for (int iteration = 0; iteration < iterations; iteration++) {
      retirement.update(tiles, crew);
      tiles.softmax().clearMaxima();
      for (int tile = 0; tile < tiles.layout().tiles(); tile++) {
        step(tile);
      }
      if (!harmless) {
        Centering.centre(tiles);
        tiles.softmax().exponentiateAll(crew);
        weigh(0, tiles.pixels());
      }
      reached.accept(iteration + 1);
    }
  }

  private int cut(int part) {
    return Tiles.cut(tiles.pixels(), part);
  }

  private void weigh(int from, int to) {
    for (Filter filter : filters) {
      filter.weigh(tiles.z(), from, to);
    }
  }

  private void step(int tile) {
    TileKernels kernels = tiles.kernels(tile);
    for (Filter filter : filters) {
      filter.reserve(kernels.lanes(), crew);
    }
    boolean alone = crew.threads() == 1;
    if (alone && streamed.length == 1) {
      splatWhileStreaming(tile, kernels);
    } else {
      splatBesideStreaming(tile, kernels);
    }
    for (int k : hashed) {
      filters.get(k).blur(kernels, crew);
    }
    crew.run(Tiles.PARTS, (part, worker) -> slice(tile, cut(part), cut(part + 1), worker));
  }

  /** One thread reads and writes each row of pixels once, in place. */
  private void splatWhileStreaming(int tile, TileKernels kernels) {
    float[] exponentials = tiles.exponentials(tile);
    filters.get(streamed[0]).stream(
        kernels,
        exponentials,
        tiles.u(tile),
        exponentials,
        weights[streamed[0]],
        y -> {
          for (int k : hashed) {
            filters.get(k).splatRow(kernels, exponentials, y);
          }
        });
  }

  /** A splat takes one thread; the others stream meanwhile. */
  private void splatBesideStreaming(int tile, TileKernels kernels) {
    int bands = streamed.length == 0 ? 0 : Filter.bands(crew);
    int splats = hashed.length;
    float[] out = tiles.spare();
    crew.run(
        splats + bands,
        (part, worker) -> {
          if (part < splats) {
            filters.get(hashed[part]).splat(kernels, tiles.exponentials(tile));
          } else {
            stream(tile, out, part - splats, bands, worker);
          }
        });
    tiles.swap(tile);
  }

  private void stream(int tile, float[] out, int band, int bands, int worker) {
    for (int i = 0; i < streamed.length; i++) {
      filters
          .get(streamed[i])
          .streamBand(
              tiles.kernels(tile),
              tiles.exponentials(tile),
              i == 0 ? tiles.u(tile) : out,
              out,
              weights[streamed[i]],
              band,
              bands,
              worker);
    }
  }

  /** What comes after the blurs stays in the cache from slice to softmax. */
  private void slice(int tile, int from, int to, int worker) {
    TileKernels kernels = tiles.kernels(tile);
    float[] out = tiles.exponentials(tile);
    boolean last = tile == tiles.layout().tiles() - 1;
    for (int at = from; at < to; at += TileSoftmax.CHUNK) {
      int end = Math.min(to, at + TileSoftmax.CHUNK);
      if (weights.length == 0) {
        int lanes = kernels.lanes();
        System.arraycopy(tiles.u(tile), at * lanes, out, at * lanes, (end - at) * lanes);
      }
      for (int i = 0; i < hashed.length; i++) {
        float[] start = i == 0 && streamed.length == 0 ? tiles.u(tile) : out;
        filters.get(hashed[i]).slice(kernels, start, out, weights[hashed[i]], at, end);
      }
      if (harmless) {
        tiles.softmax().exponentiate(tile, at, end, worker);
        if (last) {
          weigh(at, end);
        }
      }
    }
  }
}
