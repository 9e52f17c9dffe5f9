package org.deeplabspark.crf;

import java.util.Arrays;

/** What keeps exponentials in range where messages may be large. */
final class Centering {

  private Centering() {}

  /** Takes the largest energy off. */
  static void centre(Tiles tiles) {
    float[] largest = new float[tiles.pixels()];
    Arrays.fill(largest, Float.NEGATIVE_INFINITY);
    TileLayout layout = tiles.layout();
    for (int tile = 0; tile < layout.tiles(); tile++) {
      int lanes = layout.lanes(tile);
      for (int pixel = 0; pixel < largest.length; pixel++) {
        for (int lane = 0; lane < layout.labelsIn(tile); lane++) {
          largest[pixel] = Math.max(largest[pixel], tiles.exponentials(tile)[pixel * lanes + lane]);
        }
      }
    }
    for (int tile = 0; tile < layout.tiles(); tile++) {
      float[] e = tiles.exponentials(tile);
      int lanes = layout.lanes(tile);
      for (int pixel = 0; pixel < largest.length; pixel++) {
        for (int lane = 0; lane < lanes; lane++) {
          int i = pixel * lanes + lane;
          e[i] =
              lane < layout.labelsIn(tile)
                  ? Math.max(UnaryPlanes.LOWEST, e[i] - largest[pixel])
                  : UnaryPlanes.LOWEST;
        }
      }
    }
  }
}
