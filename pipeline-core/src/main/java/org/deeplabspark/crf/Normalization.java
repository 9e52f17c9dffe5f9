package org.deeplabspark.crf;

/**
 * How a kernel's filter K is divided by its response to ones, n = K 1 (one value a pixel).
 *
 * <p>The published DeepLab masks used {@link #AFTER}; {@link #SYMMETRIC} is the default of the
 * packaged reference implementation and ours. About 0.3 % of a mask's pixels differ between the
 * two.
 */
public enum Normalization {
  /** K q: the filter as it is. */
  NONE,
  /** K (q / n). */
  BEFORE,
  /** (K q) / n. */
  AFTER,
  /** s K (s q) with s = 1 / sqrt(n + 1e-20). */
  SYMMETRIC
}
