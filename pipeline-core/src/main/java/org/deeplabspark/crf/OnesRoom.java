package org.deeplabspark.crf;

import java.util.Arrays;

/**
 * What filters need while they find their norms, one after the other: shared by those of a CRF.
 * Tiles are lent, as no label is laid out yet.
 */
final class OnesRoom {

  private final Tiles tiles;
  private float[] ones = new float[0];
  private boolean lent;

  OnesRoom(Tiles tiles) {
    this.tiles = tiles;
  }

  /** A one for each pixel; kept by filters, not to be changed. */
  float[] ones(int pixels) {
    if (ones.length < pixels) {
      ones = new float[pixels];
      Arrays.fill(ones, 1);
    }
    return ones;
  }

  /** Labels may have been laid out where the tiles are. */
  void begin() {
    lent = false;
  }

  /** A one for each place of a tile of a run's size. */
  float[] tileOfOnes(int places) {
    float[] tile = tiles.lendEnergies(places);
    if (!lent) {
      Arrays.fill(tile, 0, places, 1);
      lent = true;
    }
    return tile;
  }

  /** A tile with anything in it. */
  float[] tile(int places) {
    return tiles.lendExponentials(places);
  }
}
