package org.deeplabspark.crf;

/**
 * Energies of all labels relative to the smallest of their pixel, u = -(U - min U), computed for a
 * block of pixels at a time.
 */
sealed interface Energies permits UnaryPlanes, ScorePlanes {

  /** Lower bound of u: exp(-60) is negligible beside 1, and no product of it is denormal. */
  float LOWEST = -60;

  /** Work on pixels [from, to), at most a block, in one row. */
  interface BlockTask {
    void run(int from, int to, Block block);
  }

  /** Number of labels. */
  int labels();

  /** Number of pixels. */
  int pixels();

  /** Pixels of a row; no block goes beyond one. */
  int rowLength();

  /** Cuts pixels [from, to) into blocks. */
  default void forBlocks(int from, int to, Block block, BlockTask task) {
    int row = rowLength();
    for (int at = from; at < to; ) {
      int end = Math.min(Math.min(to, at + Block.PIXELS), at - at % row + row);
      task.run(at, end, block);
      at = end;
    }
  }

  /** Writes u of a label for pixels [from, to), at most a block, to the block's values. */
  void energies(int label, int from, int to, Block block);

  /** Writes exp(u) likewise. */
  void exponentials(int label, int from, int to, Block block);

  /** Sets the block's sum to that of exp(u) over the labels that are not laid out. */
  void sumOfOthers(TileLayout layout, int from, int to, Block block);

  /** Largest exp(u) of each label, an upper bound of its first marginals. */
  float[] largest(ThreadTeam team, WorkerScratch scratch);

  /** Writes -U of all labels, [label][pixel], up to a constant for each pixel. */
  void writeAll(float[] target);

  /** Releases what the energies are computed from. */
  void finish();
}
