package org.deeplabspark.crf;

import java.util.Arrays;

/**
 * Largest marginal of each lane of one tile, and the largest share of retired labels at a pixel.
 */
final class LaneMaxima {

  /** Pixels that a kernel takes at once. */
  static final int CHUNK = 256;

  final float[] q = new float[TileLayout.WIDEST];
  float rest;

  /** Room for a kernel's sums over a chunk of pixels. */
  final float[] sums = new float[CHUNK * TileLayout.WIDEST];

  void clear() {
    Arrays.fill(q, 0);
    rest = 0;
  }

  void add(LaneMaxima other) {
    for (int lane = 0; lane < q.length; lane++) {
      q[lane] = Math.max(q[lane], other.q[lane]);
    }
    rest = Math.max(rest, other.rest);
  }
}
