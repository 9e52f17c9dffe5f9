package org.deeplabspark.crf;

/**
 * The arithmetic of {@link Embedding} on a row of pixels. There are a vector and a scalar
 * implementation with the same bits.
 */
interface EmbeddingKernels {

  /** See {@link ScalarSoftmax#ROUNDING}. */
  float ROUNDING = ScalarSoftmax.ROUNDING;

  /** Computes quotients, ranks and residuals from features. */
  void embed(EmbeddedRow row, float[] scale);
}
