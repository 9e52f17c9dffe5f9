package org.deeplabspark.crf;

/**
 * The arithmetic of {@link Embedding} over a row; a vector and a scalar implementation with the
 * same bits.
 */
interface EmbeddingKernels {

  // Adding and taking off 1.5 * 2^23 rounds to the nearest integer, ties to even, below 2^22.
  float ROUNDING = 12582912f;

  /** From features to quotients, ranks and residuals. */
  void embed(EmbeddedRow row, float[] scale);
}
