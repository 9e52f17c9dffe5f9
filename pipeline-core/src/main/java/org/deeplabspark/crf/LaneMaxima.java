package org.deeplabspark.crf;

import java.util.Arrays;

/** Largest marginal of each place in the layout, and the largest share of retired labels. */
final class LaneMaxima {

  /** By place in the layout. A lane's stays where it is once it is above what is watched for. */
  float[] q = new float[0];

  /** Place of the first label of the tile that is being looked at. */
  int offset;

  float rest;

  /** Room for a kernel's sums over a chunk of pixels. */
  final float[] room = new float[TileSoftmax.CHUNK * TileLayout.WIDEST];

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

  /** Whether every one of so many places from the offset on has been seen above a value. */
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
