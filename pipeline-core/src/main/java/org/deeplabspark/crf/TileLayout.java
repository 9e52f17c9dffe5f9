package org.deeplabspark.crf;

import java.util.Arrays;

/**
 * Assigns labels to lanes of tiles. All tiles but the last are full; the lanes after the last
 * label, 3 at most, are padding.
 */
final class TileLayout {

  /** Lanes of the widest tile: as many as the widest vectors. */
  static final int WIDEST = 16;

  static final int NARROWEST = 4;

  private final int[] labels;
  private final int[] lanes;
  private final int[] first;

  /**
   * Lays labels out.
   *
   * @param labels ascending, at least one
   * @param widest lanes of the widest tile to use
   */
  TileLayout(int[] labels, int widest) {
    this.labels = labels;
    int tiles = 0;
    for (int at = 0; at < labels.length; at += lanes(labels.length - at, widest)) {
      tiles++;
    }
    lanes = new int[tiles];
    first = new int[tiles];
    int at = 0;
    for (int tile = 0; tile < tiles; tile++) {
      first[tile] = at;
      lanes[tile] = lanes(labels.length - at, widest);
      at += lanes[tile];
    }
  }

  /** Lanes of the next tile for the labels left: padding is less than a narrowest tile. */
  static int lanes(int left, int widest) {
    int lanes = widest;
    while (lanes > NARROWEST && left <= lanes - NARROWEST) {
      lanes /= 2;
    }
    return lanes;
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

  /** Place among {@link #labels}; negative if absent. */
  int indexOf(int label) {
    return Arrays.binarySearch(labels, label);
  }

  /** Tile of a place among the labels. */
  int tileOf(int index) {
    int tile = 0;
    while (tile + 1 < first.length && first[tile + 1] <= index) {
      tile++;
    }
    return tile;
  }

  /** Place of a tile's first label. */
  int first(int tile) {
    return first[tile];
  }

  /** Number of labels in a tile, at most its lanes. */
  int labelsIn(int tile) {
    return Math.min(lanes[tile], labels.length - first[tile]);
  }

  int label(int tile, int lane) {
    return labels[first[tile] + lane];
  }
}
