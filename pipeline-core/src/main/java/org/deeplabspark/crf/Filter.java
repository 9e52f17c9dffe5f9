package org.deeplabspark.crf;

import java.util.Arrays;
import org.deeplabspark.image.RgbImage;

/** A kernel's lattice over one image together with its normalisation. */
final class Filter {

  private static final float NORM_FLOOR = 1e-20f;
  private static final TileKernels SINGLE = new ScalarTileKernels(1);

  private final PairwiseKernel kernel;
  private final HashedLattice hashed; // null where rows do
  private RowLattice rowLattice;
  private RowStream stream;
  private int width;
  private int pixels;
  private float[] ones = new float[0];
  private float[] norm = new float[0];
  private float[] before;
  private float[] after;
  private float gain;

  Filter(PairwiseKernel kernel) {
    this.kernel = kernel;
    boolean rows = kernel instanceof PairwiseKernel.Gaussian g && RowLattice.suits(g);
    hashed = rows ? null : new HashedLattice(kernel instanceof PairwiseKernel.Gaussian ? 2 : 5);
  }

  void build(RgbImage image) {
    width = image.width();
    pixels = image.pixels();
    Features features = Features.of(kernel, image);
    if (hashed != null) {
      hashed.build(features);
    } else {
      rowLattice = new RowLattice((PairwiseKernel.Gaussian) kernel, features);
      stream = new RowStream(rowLattice);
    }
    normalize();
  }

  private void normalize() {
    if (ones.length < pixels) {
      ones = new float[pixels];
      Arrays.fill(ones, 1);
      norm = new float[pixels];
    }
    before = ones;
    after = ones;
    response(norm);
    Normalization normalization = kernel.normalization();
    if (normalization == Normalization.NONE) {
      gain = largest(norm);
      return;
    }
    boolean symmetric = normalization == Normalization.SYMMETRIC;
    for (int pixel = 0; pixel < pixels; pixel++) {
      float n = norm[pixel] + NORM_FLOOR;
      norm[pixel] = symmetric ? (float) (1 / Math.sqrt(n)) : 1 / n;
    }
    before = normalization == Normalization.AFTER ? ones : norm;
    after = normalization == Normalization.BEFORE ? ones : norm;
    if (normalization == Normalization.AFTER) {
      gain = 1;
    } else {
      float[] response = new float[pixels];
      response(response);
      gain = largest(response);
    }
  }

  private float largest(float[] values) {
    float largest = 0;
    for (int pixel = 0; pixel < pixels; pixel++) {
      largest = Math.max(largest, values[pixel]);
    }
    return largest;
  }

  private void response(float[] response) {
    float[] zeros = new float[pixels];
    reserve(1);
    spread(SINGLE, ones);
    collect(SINGLE, ones, zeros, response, 1);
  }

  /** Largest value of the normalised filter applied to ones. */
  float gain() {
    return gain;
  }

  /** Number of vertices. */
  int size() {
    return hashed != null ? hashed.size() : rowLattice.size();
  }

  void reserve(int lanes) {
    if (hashed != null) {
      hashed.reserve(lanes);
    }
  }

  /** What must be done with all of a tile's marginals before any message is collected. */
  void spread(TileKernels kernels, float[] q) {
    if (hashed != null) {
      hashed.spread(kernels, q, before);
    }
  }

  /** out = base + weight * message, over the whole image. */
  void collect(TileKernels kernels, float[] q, float[] base, float[] out, float weight) {
    if (hashed != null) {
      hashed.collect(kernels, base, out, after, weight, 0, pixels);
    } else {
      stream.filter(
          kernels, q, before, base, out, after, weight * RowLattice.ALPHA, 0, pixels / width);
    }
  }
}
