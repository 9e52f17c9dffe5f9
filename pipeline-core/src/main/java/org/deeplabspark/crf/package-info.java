/**
 * Probabilities to marginals: mean-field inference in a fully connected conditional random field,
 * whose pairwise terms are filtered on permutohedral lattices.
 *
 * @see <a href="https://arxiv.org/abs/1210.5644">Krahenbuhl and Koltun, Efficient Inference in
 *     Fully Connected CRFs with Gaussian Edge Potentials, NIPS 2011</a>
 * @see <a href="https://doi.org/10.1111/j.1467-8659.2009.01645.x">Adams, Baek and Davis, Fast
 *     High-Dimensional Filtering Using the Permutohedral Lattice, Eurographics 2010</a>
 */
package org.deeplabspark.crf;
