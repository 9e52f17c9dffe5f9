package org.deeplabspark.crf;

import java.util.Arrays;

/**
 * What filters need while they find their norms, one after the other: shared by those of a CRF.
 * Tiles are lent, as no label is laid out yet.
 */
final class OnesRoom {

  private final Tiles tiles;
  private float[] ones = new float[0];

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

  /** The same for each place of a tile. */
  float[] tileOfOnes(int places) {
    return filled(tiles.lendEnergies(places), places, 1);
  }

  /** A tile of zeros. */
  float[] tile(int places) {
    return filled(tiles.lendExponentials(places), places, 0);
  }

  private static float[] filled(float[] tile, int places, float value) {
    Arrays.fill(tile, 0, places, value);
    return tile;
  }
}
