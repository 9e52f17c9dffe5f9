package org.deeplabspark.crf;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.deeplabspark.tensor.FeatureMap;

/**
 * The iterations for diagonal and matrix compatibilities: every label may hear every other, so none
 * retires.
 */
final class MatrixMeanField {

  private final Tiles tiles;
  private final Crew crew;

  MatrixMeanField(Tiles tiles, Crew crew) {
    this.tiles = tiles;
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
      List<Compatibility> compatibilities,
      int iterations,
      IntConsumer reached) {
    int labels = unary.channels();
    int pixels = unary.planeSize();
    tiles.layOut(tiles.allLabels(), crew);
    softmax(filters);
    reached.accept(0);
    float[] energies = new float[labels * pixels];
    float[] messages = new float[labels * pixels];
    for (int iteration = 0; iteration < iterations; iteration++) {
      for (int i = 0; i < energies.length; i++) {
        energies[i] = -unary.values()[i];
      }
      for (int k = 0; k < filters.size(); k++) {
        collect(filters.get(k), messages);
        subtract(compatibilities.get(k), messages, energies, labels, pixels);
      }
      scatter(energies);
      Centering.centre(tiles);
      softmax(filters);
      reached.accept(iteration + 1);
    }
  }

  private void softmax(List<Filter> filters) {
    tiles.softmax().exponentiateAll(crew);
    filters.forEach(filter -> filter.weigh(tiles.z(), 0, tiles.pixels()));
  }

  private void collect(Filter filter, float[] messages) {
    TileLayout layout = tiles.layout();
    for (int tile = 0; tile < layout.tiles(); tile++) {
      TileKernels kernels = tiles.kernels(tile);
      float[] out = tiles.spare();
      Arrays.fill(out, 0);
      filter.reserve(kernels.lanes(), crew);
      if (filter.hashed()) {
        filter.splat(kernels, tiles.exponentials(tile));
        filter.blur(kernels, crew);
        filter.slice(kernels, out, out, 1, 0, tiles.pixels());
      } else {
        filter.streamBand(kernels, tiles.exponentials(tile), out, out, 1, 0, 1, 0);
      }
      for (int lane = 0; lane < layout.labelsIn(tile); lane++) {
        int plane = layout.label(tile, lane) * tiles.pixels();
        for (int pixel = 0; pixel < tiles.pixels(); pixel++) {
          messages[plane + pixel] = out[pixel * kernels.lanes() + lane];
        }
      }
    }
  }

  private static void subtract(
      Compatibility compatibility, float[] messages, float[] energies, int labels, int pixels) {
    for (int label = 0; label < labels; label++) {
      for (int other = 0; other < labels; other++) {
        float weight = compatibility.energy(label, other);
        for (int pixel = 0; pixel < pixels && weight != 0; pixel++) {
          energies[label * pixels + pixel] -= weight * messages[other * pixels + pixel];
        }
      }
    }
  }

  private void scatter(float[] energies) {
    TileLayout layout = tiles.layout();
    for (int tile = 0; tile < layout.tiles(); tile++) {
      int lanes = layout.lanes(tile);
      for (int lane = 0; lane < layout.labelsIn(tile); lane++) {
        int plane = layout.label(tile, lane) * tiles.pixels();
        for (int pixel = 0; pixel < tiles.pixels(); pixel++) {
          tiles.exponentials(tile)[pixel * lanes + lane] = energies[plane + pixel];
        }
      }
    }
  }
}
