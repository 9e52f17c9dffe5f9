package org.deeplabspark.crf;

import java.util.ArrayList;
import java.util.List;

/** What each thread of a crew has to itself while it works on tiles. */
final class WorkerRoom {

  private final List<float[]> blocks = new ArrayList<>(); // [worker]
  private final List<LaneMaxima> maxima = new ArrayList<>(); // [worker]

  WorkerRoom() {
    hire(1);
  }

  /** Makes room for so many threads. */
  void hire(int threads) {
    while (blocks.size() < threads) {
      blocks.add(UnaryPlanes.block());
      maxima.add(new LaneMaxima());
    }
  }

  /** A block of unary energies. */
  float[] block(int worker) {
    return blocks.get(worker);
  }

  /** Largest marginals that one thread has met. */
  LaneMaxima maxima(int worker) {
    return maxima.get(worker);
  }

  /** Forgets the largest marginals; there is room for so many places then. */
  void clear(int places) {
    maxima.forEach(some -> some.clear(places));
  }

  /** Largest marginals that any thread has met. */
  LaneMaxima largest() {
    for (LaneMaxima some : maxima) {
      maxima.get(0).add(some);
    }
    return maxima.get(0);
  }
}
