package org.deeplabspark.crf;

import java.util.Arrays;

/** What filters need while they find their norms, one after the other: shared by those of a CRF. */
final class OnesRoom {

  private float[] ones = new float[0];
  private float[] tileOfOnes = new float[0];
  private float[] tile = new float[0];

  /** A one for each pixel; kept by filters, not to be changed. */
  float[] ones(int pixels) {
    ones = filled(ones, pixels);
    return ones;
  }

  /** The same for each place of a tile. */
  float[] tileOfOnes(int places) {
    tileOfOnes = filled(tileOfOnes, places);
    return tileOfOnes;
  }

  /** A tile of zeros. */
  float[] tile(int places) {
    if (tile.length < places) {
      tile = new float[places];
    } else {
      Arrays.fill(tile, 0, places, 0);
    }
    return tile;
  }

  private static float[] filled(float[] values, int count) {
    if (values.length >= count) {
      return values;
    }
    float[] longer = new float[count];
    Arrays.fill(longer, 1);
    return longer;
  }
}
