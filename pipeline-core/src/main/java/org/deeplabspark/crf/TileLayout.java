package org.deeplabspark.crf;

import java.util.Arrays;

/**
 * Which label stands in which lane of which tile. All tiles but the last are full; lanes behind the
 * last label, 3 at most, are padding.
 */
final class TileLayout {

  /** Lanes of the widest tile, as many as the widest vectors hold. */
  static final int WIDEST = 16;

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

  /** Lanes of the next tile when so many labels are left: less than a narrowest tile is padding. */
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

  /** Place among {@link #labels}; negative if it is not there. */
  int indexOf(int label) {
    return Arrays.binarySearch(labels, label);
  }

  /** The tile of a place among the labels. */
  int tileOf(int index) {
    int tile = 0;
    while (tile + 1 < first.length && first[tile + 1] <= index) {
      tile++;
    }
    return tile;
  }

  /** Place among the labels of a tile's first. */
  int first(int tile) {
    return first[tile];
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
