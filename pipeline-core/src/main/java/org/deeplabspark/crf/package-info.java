/**
 * Scores to labels and energies to marginals: mean-field inference in a fully connected conditional
 * random field, whose pairwise terms are filtered on permutohedral lattices.
 *
 * <p>{@link org.deeplabspark.crf.DenseCrf} builds a Filter for each kernel: a Lattice
 * (HashedLattice with colour, RowLattice and RowStream for position alone) and its normalisation.
 * It lays the labels out in tiles (TileLayout, Tiles), and MeanField iterates: splat, blur and
 * slice are TileKernels, TileSoftmax the softmax. Tiles take Energies a Block of pixels at a time:
 * those of a map of full size (UnaryPlanes), or of a network's small one, resampled on the way
 * (ScorePlanes, ScoreLines). Marginals reads labels from them. Kernels have a vector and a scalar
 * implementation with the same bits, between which KernelChoice chooses at the start. Retirement
 * decides which labels still send messages. A ThreadTeam works on one image at a time.
 *
 * <p>Measured facts about vectors on JDK 17:
 *
 * <ul>
 *   <li>Vectors of several lengths in one JVM spoil each other's type profiles, and C2 then boxes
 *       them: 3 to 10 times slower, at gigabytes of garbage a second. Only three measures together
 *       prevent every box: a hidden class for each length, a cast to the exact class wherever a
 *       vector is loaded, and VectorWidth's warm-up.
 *   <li>A loop-carried vector is boxed as well: a chain's blur passes it through memory.
 *   <li>Several shuffles in one loop body are boxed: sums over lanes use shifted loads.
 *   <li>A masked store becomes a scalar loop.
 * </ul>
 *
 * @see <a href="https://arxiv.org/abs/1210.5644">Krahenbuhl and Koltun, Efficient Inference in
 *     Fully Connected CRFs with Gaussian Edge Potentials, NIPS 2011</a>
 * @see <a href="https://doi.org/10.1111/j.1467-8659.2009.01645.x">Adams, Baek and Davis, Fast
 *     High-Dimensional Filtering Using the Permutohedral Lattice, Eurographics 2010</a>
 */
package org.deeplabspark.crf;
