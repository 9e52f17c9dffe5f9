package org.deeplabspark.crf;

import java.util.Arrays;

/** Largest marginal of each place in the layout, and the largest share of retired labels. */
final class LaneMaxima {

  /** By place: tiles one behind the other, each as wide as the widest. */
  float[] q = new float[0];

  /** Place of the first lane of the tile that is being looked at. */
  int offset;

  float rest;

  /** Room for a kernel's sums over a chunk of pixels. */
  final float[] room = new float[(Tiles.CHUNK + 1) * TileLayout.WIDEST];

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

  void addRest(float[] sum, float[] z, int from, int to) {
    for (int pixel = from; pixel < to; pixel++) {
      float share = sum[pixel] / z[pixel];
      if (share > rest) {
        rest = share;
      }
    }
  }
}
