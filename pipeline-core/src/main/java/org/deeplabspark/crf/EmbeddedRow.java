package org.deeplabspark.crf;

/** Buffers for the embedding of a row of pixels, planar: [feature or coordinate][pixel]. */
final class EmbeddedRow {

  private static final int WHOLE_VECTORS = 16;

  final int dimensions;

  /** Pixels of a plane: the row, rounded up to whole vectors. */
  final int stride;

  final float[] feature;
  final float[] elevated;

  /** Nearest multiple of d + 1, divided by it. */
  final float[] quotient;

  /** Elevated coordinate minus that multiple; in the end divided by d + 1. */
  final float[] residual;

  /** Rank of the residual among the d + 1, the largest first. */
  final float[] rank;

  final float[] sum;

  /** Residuals in descending order, [pixel][rank]. */
  final float[] sorted;

  EmbeddedRow(int dimensions, int width) {
    this.dimensions = dimensions;
    stride = (width + WHOLE_VECTORS - 1) / WHOLE_VECTORS * WHOLE_VECTORS;
    feature = new float[dimensions * stride];
    elevated = new float[(dimensions + 1) * stride];
    quotient = new float[(dimensions + 1) * stride];
    residual = new float[(dimensions + 1) * stride];
    rank = new float[(dimensions + 1) * stride];
    sum = new float[stride];
    sorted = new float[(dimensions + 1) * stride];
  }
}
