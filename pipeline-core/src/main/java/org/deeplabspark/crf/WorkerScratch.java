package org.deeplabspark.crf;

import java.util.ArrayList;
import java.util.List;

/** What each thread of a team keeps to itself while it works on tiles. */
final class WorkerScratch {

  private final List<Block> blocks = new ArrayList<>(); // [worker]
  private final List<LaneMaxima> maxima = new ArrayList<>(); // [worker]

  WorkerScratch() {
    reserve(1);
  }

  /** Allocates scratch for this many threads. */
  void reserve(int threads) {
    while (blocks.size() < threads) {
      blocks.add(new Block());
      maxima.add(new LaneMaxima());
    }
  }

  /** A block for {@link Energies}. */
  Block block(int worker) {
    return blocks.get(worker);
  }

  /** Largest marginals that one thread has seen. */
  LaneMaxima maxima(int worker) {
    return maxima.get(worker);
  }

  /** Resets the largest marginals, for this many places. */
  void clear(int places) {
    maxima.forEach(some -> some.clear(places));
  }

  /** Largest marginals that any thread has seen. */
  LaneMaxima largest() {
    for (LaneMaxima some : maxima) {
      maxima.get(0).add(some);
    }
    return maxima.get(0);
  }
}
