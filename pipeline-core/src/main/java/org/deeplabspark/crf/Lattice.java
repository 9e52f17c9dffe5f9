package org.deeplabspark.crf;

import java.util.List;

/**
 * A permutohedral lattice over one image: filters what is given for its pixels. Arrays are kept
 * from image to image and grow where they must.
 */
sealed interface Lattice permits HashedLattice, RowLattice {

  /** Receives ranges of pixels [from, to), several threads' at once. */
  interface PixelRange {
    void accept(int from, int to);
  }

  /** A lattice yet to be built, of the structure that suits a kernel. */
  static Lattice of(PairwiseKernel kernel, EmbeddingKernels embedding) {
    return RowLattice.suits(kernel)
        ? new RowLattice(embedding)
        : new HashedLattice(kernel.deviations().size(), embedding);
  }

  /**
   * Stages that build the lattice; the result does not depend on the number of threads. What one
   * thread does alone is the second stage of every build, so that it overlaps with what other
   * builds do alone.
   */
  List<ThreadTeam.Stage> build(Features features, int threads);

  /** Number of vertices. */
  int size();

  /** Allocates what passes of tiles with this many lanes need. */
  void reserve(int lanes, int threads);

  /**
   * Runs a pass over all pixels with a base of 0: {@link TilePass#base} must be the array {@link
   * TilePass#out}, whose contents are overwritten.
   *
   * @param complete gets each range of pixels when its result is there, while it is in the cache
   */
  void filter(TilePass pass, ThreadTeam team, PixelRange complete);
}
