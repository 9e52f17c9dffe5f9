package org.deeplabspark.crf;

import java.util.Arrays;

/**
 * Largest marginal of each place in the layout, and the largest share that retired labels have of a
 * pixel.
 */
final class LaneMaxima {

  /** [place]; need not grow further once all of a tile's are above the watched value. */
  float[] q = new float[0];

  /** Place of the current tile's first label. */
  int offset;

  float rest;

  /** Scratch for sums over a chunk of pixels. */
  final float[] scratch = new float[TileSoftmax.CHUNK * TileLayout.WIDEST];

  void clear(int places) {
    if (q.length < places) {
      q = new float[places];
    }
    Arrays.fill(q, 0);
    rest = 0;
  }

  void add(LaneMaxima other) {
    for (int place = 0; place < q.length; place++) {
      q[place] = Math.max(q[place], other.q[place]);
    }
    rest = Math.max(rest, other.rest);
  }

  void raise(int lane, float value) {
    if (value > q[offset + lane]) {
      q[offset + lane] = value;
    }
  }

  /** Whether the tile's first {@code places} have all been seen above a value. */
  boolean allAbove(float value, int places) {
    for (int place = offset; place < offset + places; place++) {
      if (q[place] <= value) {
        return false;
      }
    }
    return true;
  }

  void addRest(float[] sum, float[] z, int from, int to) {
    for (int pixel = from; pixel < to; pixel++) {
      float share = sum[pixel] / z[pixel];
      if (share > rest) {
        rest = share;
      }
    }
  }
}
