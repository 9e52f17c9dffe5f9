package org.deeplabspark.crf;

/**
 * Buffers for a row of pixels on its way into a lattice, planar: [feature or coordinate][pixel].
 */
final class EmbeddedRow {

  private static final int WHOLE_VECTORS = 16;

  final int dimensions;

  /** Pixels of a plane: the row, filled up to whole vectors. */
  final int stride;

  final float[] feature;
  final float[] elevated;

  /** Nearest multiple of d + 1, divided by it. */
  final float[] quotient;

  /** Elevated coordinate less that multiple; at the end over d + 1. */
  final float[] residual;

  /** Place of the residual among the d + 1, in descending order. */
  final float[] rank;

  final float[] sum;

  /** Residuals in descending order, [pixel][place]. */
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
