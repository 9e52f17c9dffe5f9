package org.deeplabspark.crf;

import java.util.List;
import java.util.function.IntConsumer;

/**
 * The iterations for diagonal and matrix compatibilities: any label may receive messages of any
 * other, so none retires.
 */
final class MatrixMeanField {

  private final Tiles tiles;
  private final ThreadTeam team;

  MatrixMeanField(Tiles tiles, ThreadTeam team) {
    this.tiles = tiles;
    this.team = team;
  }

  /**
   * Iterates.
   *
   * @param done is told the number of iterations done, from 0 on
   */
  void run(
      List<Filter> filters, List<Compatibility> compatibilities, int iterations, IntConsumer done) {
    int labels = tiles.labels();
    int pixels = tiles.pixels();
    tiles.layOut(tiles.allLabels(), team);
    tiles.softmax().exponentiateAll(team);
    normalize(filters);
    done.accept(0);
    float[] energies = new float[labels * pixels];
    float[] messages = new float[labels * pixels];
    for (int iteration = 0; iteration < iterations; iteration++) {
      tiles.energies().writeAll(energies);
      for (int k = 0; k < filters.size(); k++) {
        collect(filters.get(k), messages);
        subtract(compatibilities.get(k), messages, energies, labels, pixels);
      }
      scatter(energies);
      tiles.softmax().exponentiateCentred(team);
      normalize(filters);
      done.accept(iteration + 1);
    }
  }

  private void normalize(List<Filter> filters) {
    filters.forEach(filter -> filter.divideBy(tiles.z(), 0, tiles.pixels()));
  }

  /** Filters the marginals of all labels. */
  private void collect(Filter filter, float[] messages) {
    TileLayout layout = tiles.layout();
    for (int tile = 0; tile < layout.tiles(); tile++) {
      TileKernels kernels = tiles.kernels(tile);
      int lanes = kernels.lanes();
      int count = layout.labelsIn(tile);
      int plane = layout.label(tile, 0) * tiles.pixels(); // all labels are laid out
      float[] out = tiles.spare();
      filter.lattice().reserve(lanes, team.threads());
      filter
          .lattice()
          .filter(
              filter.pass(kernels, tiles.exponentials(tile), out, out, 1),
              team,
              (from, to) -> {
                for (int lane = 0; lane < count; lane++) {
                  for (int pixel = from; pixel < to; pixel++) {
                    messages[plane + lane * tiles.pixels() + pixel] = out[pixel * lanes + lane];
                  }
                }
              });
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
