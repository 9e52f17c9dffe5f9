/**
 * Probabilities to marginals: mean-field inference in a fully connected conditional random field,
 * whose pairwise terms are filtered on permutohedral lattices.
 *
 * <p>An image's way: {@link org.deeplabspark.crf.DenseCrf} builds a filter for each kernel
 * (HashedLattice for colour, RowLattice and RowStream for place alone), lays the labels out in
 * tiles (TileLayout, Tiles), and lets MeanField iterate: splat, blur, slice and softmax are
 * TileKernels, of which there is a vector and a scalar implementation with the same bits;
 * KernelChoice takes one at the start. Retirement decides which labels still send messages.
 *
 * <p>What was learned about vectors on JDK 17, by measurement:
 *
 * <ul>
 *   <li>Vectors of several lengths in one JVM spoil each other's type profiles, and the compiler
 *       then boxes them: 3 to 10 times slower, at gigabytes of garbage a second. It took all three
 *       of one hidden class for each length, a cast to the exact class wherever a vector is loaded,
 *       and VectorWidth's first uses to get rid of every box.
 *   <li>A vector that a loop carries is boxed as well: a chain's blur passes it through memory.
 *   <li>Several shuffles in one loop body are boxed: sums over lanes take one loop for each.
 *   <li>A masked store is a scalar loop.
 * </ul>
 *
 * @see <a href="https://arxiv.org/abs/1210.5644">Krahenbuhl and Koltun, Efficient Inference in
 *     Fully Connected CRFs with Gaussian Edge Potentials, NIPS 2011</a>
 * @see <a href="https://doi.org/10.1111/j.1467-8659.2009.01645.x">Adams, Baek and Davis, Fast
 *     High-Dimensional Filtering Using the Permutohedral Lattice, Eurographics 2010</a>
 */
package org.deeplabspark.crf;
