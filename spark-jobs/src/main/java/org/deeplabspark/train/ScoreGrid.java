package org.deeplabspark.train;

import java.io.Serializable;
import java.util.List;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.tensor.AlignCorners;

/**
 * Where the scores of a network stand on a crop.
 *
 * @param side rows and columns of the crop
 * @param cells rows and columns of the score map
 * @param stride pixels from one score to the next
 * @param first pixels, half ones included, from the crop's edge to the first score
 */
record ScoreGrid(int side, int cells, int stride, double first) implements Serializable {

  /** Of the paper's multi-scale inputs. */
  private static final List<Double> SCALES = List.of(1.0, 0.75, 0.5);

  /** Scores on crops, at each of the scales that losses are taken at. */
  static List<ScoreGrid> all(NetworkSpec network, TrainOptions.Crops crops) {
    int more = network.sizeRemainder();
    return SCALES.subList(0, crops.multiScale() ? SCALES.size() : 1).stream()
        .map(scale -> of(network, more + (int) Math.round((crops.side() - more) * scale)))
        .toList();
  }

  /**
   * Scores on a square crop.
   *
   * @throws IllegalArgumentException if the side is not one at which the scores fill the crop
   */
  static ScoreGrid of(NetworkSpec network, int side) {
    int stride = network.outputStride();
    if (side % stride != network.sizeRemainder()) {
      String more = network.sizeRemainder() == 0 ? "" : " and " + network.sizeRemainder() + " more";
      throw new IllegalArgumentException(
          String.format(
              "Invalid --crop: must be a multiple of %d%s for %s, got %d",
              stride, more, network.name(), side));
    }
    double first = network.alignCorners() == AlignCorners.YES ? 0.5 : 0.5 * stride;
    return new ScoreGrid(side, network.outputSize(side), stride, first);
  }

  /** Where on the crop a row or column of scores stands, in pixels from its edge. */
  double position(int cell) {
    return first + cell * stride;
  }

  /** Number of scores of one class. */
  int positions() {
    return cells * cells;
  }
}
