package org.deeplabspark.crf;

import java.util.List;
import org.deeplabspark.image.RgbImage;

/**
 * A kernel's lattice over one image with its normalisation. A pass multiplies by one scale a pixel
 * before the splat and by another after the slice.
 */
final class Filter {

  private static final float NORM_FLOOR = 1e-20f;

  private final TileKernels narrow;
  private final NormScratch scratch;
  private final Lattice lattice;
  private PairwiseKernel kernel;
  private int width;
  private int pixels;
  private float[] norm = new float[0];
  private float[] response = new float[0];
  private float[] before;
  private float[] splatScale; // before, or before / z where exponentials are splatted
  private float[] after;
  private float gain;
  private RgbImage builtFor;
  private boolean complete; // the lattice
  private Normalization normalized; // null after a build

  Filter(PairwiseKernel kernel, KernelChoice choice, NormScratch scratch) {
    this.kernel = kernel;
    this.scratch = scratch;
    narrow = choice.forLanes(TileLayout.NARROWEST);
    lattice = Lattice.of(kernel, choice.embedding());
  }

  PairwiseKernel kernel() {
    return kernel;
  }

  Lattice lattice() {
    return lattice;
  }

  /** Becomes another kernel's filter if that has the same lattice; else false, and unchanged. */
  boolean adopt(PairwiseKernel other) {
    if (!kernel.deviations().equals(other.deviations())) {
      return false;
    }
    kernel = other;
    return true;
  }

  /**
   * Becomes another kernel's filter, whose lattice is yet to be built in the arrays of this one;
   * false, and unchanged, if the other's lattice is of another structure.
   */
  boolean rebase(PairwiseKernel other) {
    if (other.getClass() != kernel.getClass()
        || RowLattice.suits(other) != lattice instanceof RowLattice) {
      return false;
    }
    kernel = other;
    complete = false;
    return true;
  }

  /** Whether the lattice is that of this image, which must not have changed since its build. */
  boolean isBuiltFor(RgbImage image) {
    return (complete && builtFor == image) || isBuiltForSizeOf(image);
  }

  /** Whether the lattice does not depend on colour and is that of the image's size. */
  boolean isBuiltForSizeOf(RgbImage image) {
    return complete
        && kernel instanceof PairwiseKernel.Gaussian
        && width == image.width()
        && pixels == image.pixels();
  }

  /** Stages that build the lattice; {@link #normalize} completes the filter. */
  List<ThreadTeam.Stage> build(RgbImage image, int threads) {
    builtFor = image;
    complete = false;
    normalized = null;
    width = image.width();
    pixels = image.pixels();
    return lattice.build(new Features(image, kernel), threads);
  }

  /** Computes scales and gain from the filter's response to ones, unless they are known. */
  void normalize(ThreadTeam team) {
    complete = true;
    if (normalized != kernel.normalization()) {
      normalized = null;
      computeScales(team);
      normalized = kernel.normalization();
    }
  }

  private void computeScales(ThreadTeam team) {
    if (norm.length < pixels) {
      norm = new float[pixels];
      response = new float[pixels];
    }
    float[] ones = scratch.ones(pixels);
    before = ones;
    after = ones;
    respond(norm, team);
    Normalization normalization = kernel.normalization();
    if (normalization == Normalization.NONE) {
      gain = largest(norm);
      splatScale = response;
      return;
    }
    boolean symmetric = normalization == Normalization.SYMMETRIC;
    team.runRanges(
        pixels,
        TileSoftmax.CHUNK,
        (from, to, worker) -> {
          for (int pixel = from; pixel < to; pixel++) {
            float n = norm[pixel] + NORM_FLOOR;
            norm[pixel] = symmetric ? (float) (1 / Math.sqrt(n)) : 1 / n;
          }
        });
    before = normalization == Normalization.AFTER ? ones : norm;
    after = normalization == Normalization.BEFORE ? ones : norm;
    if (normalization == Normalization.AFTER) {
      gain = 1;
    } else {
      respond(response, team);
      gain = largest(response);
    }
    splatScale = response;
  }

  /** The filter's response to ones, one number a pixel, computed in a narrow tile. */
  private void respond(float[] perPixel, ThreadTeam team) {
    int lanes = narrow.lanes();
    splatScale = before;
    float[] ones = scratch.tileOfOnes(pixels * lanes);
    float[] tile = scratch.tile(pixels * lanes);
    lattice.reserve(lanes, team.threads());
    lattice.filter(
        pass(narrow, ones, tile, tile, 1),
        team,
        (from, to) -> {
          for (int pixel = from; pixel < to; pixel++) {
            perPixel[pixel] = tile[pixel * TileLayout.NARROWEST];
          }
        });
  }

  private float largest(float[] values) {
    float largest = 0;
    for (int pixel = 0; pixel < pixels; pixel++) {
      largest = Math.max(largest, values[pixel]);
    }
    return largest;
  }

  /** Largest value of the normalised filter's response to ones. */
  float gain() {
    return gain;
  }

  /** Divides what passes splat at pixels [from, to) by z, so that exponentials become marginals. */
  void divideBy(float[] z, int from, int to) {
    for (int pixel = from; pixel < to; pixel++) {
      splatScale[pixel] = before[pixel] / z[pixel];
    }
  }

  /** A pass of a tile whose message is added to base with a weight. */
  TilePass pass(TileKernels kernels, float[] q, float[] base, float[] out, float weight) {
    return new TilePass(kernels, q, splatScale, base, out, after, weight);
  }
}
