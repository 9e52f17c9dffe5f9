package org.deeplabspark.crf;

import java.util.Arrays;

/**
 * Scratch for the norms of a CRF's filters, which are computed one after another. Its tiles are
 * borrowed from {@link Tiles}, in which no label is laid out yet.
 */
final class NormScratch {

  private final Tiles tiles;
  private float[] ones = new float[0];
  private boolean filled;

  NormScratch(Tiles tiles) {
    this.tiles = tiles;
  }

  /** A one for each pixel; filters keep it and must not change it. */
  float[] ones(int pixels) {
    if (ones.length < pixels) {
      ones = new float[pixels];
      Arrays.fill(ones, 1);
    }
    return ones;
  }

  /** Starts the norms of an image: labels may have been laid out in the tiles since the last. */
  void begin() {
    filled = false;
  }

  /** A tile of this many ones, the same number until {@link #begin}; not to be changed. */
  float[] tileOfOnes(int floats) {
    float[] tile = tiles.borrowEnergies(floats);
    if (!filled) {
      Arrays.fill(tile, 0, floats, 1);
      filled = true;
    }
    return tile;
  }

  /** A tile of at least this many floats, contents undefined. */
  float[] tile(int floats) {
    return tiles.borrowExponentials(floats);
  }
}
