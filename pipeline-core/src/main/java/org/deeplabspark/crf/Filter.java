package org.deeplabspark.crf;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.deeplabspark.image.RgbImage;

/** A kernel's lattice over one image together with its normalisation. */
final class Filter {

  private static final float NORM_FLOOR = 1e-20f;

  private PairwiseKernel kernel;
  private final KernelChoice choice;
  private final TileKernels single;
  private final HashedLattice hashed; // null where rows do
  private final RowLattice rowLattice = new RowLattice();
  private Features features;
  private RowStream[] streams = new RowStream[0]; // one a worker
  private int width;
  private int pixels;
  private float[] norm = new float[0];
  private float[] response = new float[0];
  private final OnesRoom room;
  private float[] before;
  private float[] weighed; // before, or over z where what is splatted still has to be divided by it
  private float[] after;
  private float gain;
  private RgbImage built;
  private boolean complete; // the lattice
  private Normalization normalized; // null after a build

  Filter(PairwiseKernel kernel, KernelChoice choice, OnesRoom room) {
    this.room = room;
    this.choice = choice;
    single = choice.forLanes(TileLayout.NARROWEST);
    this.kernel = kernel;
    hashed =
        hashed(kernel)
            ? new HashedLattice(
                kernel instanceof PairwiseKernel.Gaussian ? 2 : 5, choice.embedding())
            : null;
  }

  PairwiseKernel kernel() {
    return kernel;
  }

  /**
   * Whether the other kernel's lattice is the same: then this filter becomes the other kernel's.
   */
  boolean adopt(PairwiseKernel other) {
    if (!deviations(kernel).equals(deviations(other))) {
      return false;
    }
    kernel = other;
    return true;
  }

  /**
   * Becomes another kernel's filter with a lattice that is yet to be built in the arrays of this
   * one; false, and unchanged, where the other's lattice is of another structure.
   */
  boolean rebase(PairwiseKernel other) {
    boolean gaussian = other instanceof PairwiseKernel.Gaussian;
    if (gaussian != kernel instanceof PairwiseKernel.Gaussian || hashed(other) != hashed()) {
      return false;
    }
    kernel = other;
    built = null;
    complete = false;
    return true;
  }

  private static boolean hashed(PairwiseKernel kernel) {
    return !(kernel instanceof PairwiseKernel.Gaussian g && RowLattice.suits(g));
  }

  private static PairwiseKernel deviations(PairwiseKernel kernel) {
    Compatibility any = new Compatibility.Potts(0);
    if (kernel instanceof PairwiseKernel.Gaussian g) {
      return new PairwiseKernel.Gaussian(g.xStd(), g.yStd(), any, Normalization.NONE);
    }
    PairwiseKernel.Bilateral b = (PairwiseKernel.Bilateral) kernel;
    return new PairwiseKernel.Bilateral(
        b.xStd(), b.yStd(), b.redStd(), b.greenStd(), b.blueStd(), any, Normalization.NONE);
  }

  /** Whether {@link #begin} was last called with this image, or with any that gives the same. */
  boolean isBuiltFor(RgbImage image) {
    return built == image || isBuiltForSizeOf(image);
  }

  /** Whether colour has no part in the lattice and the one that is there is of an image's size. */
  boolean isBuiltForSizeOf(RgbImage image) {
    return complete
        && kernel instanceof PairwiseKernel.Gaussian
        && width == image.width()
        && pixels == image.pixels();
  }

  /** Begins to build the lattice, in so many bands where that can be done. */
  void begin(RgbImage image, int bands) {
    built = image;
    complete = false;
    normalized = null;
    width = image.width();
    pixels = image.pixels();
    features = Features.of(kernel, image);
    if (hashed != null) {
      hashed.begin(features, bands);
    }
  }

  /**
   * What is to be done in one step after {@link #begin} and before {@link #normalize}.
   *
   * @param step 0 to {@link HashedLattice#STEPS} - 1, in this order
   * @param tasks gets what may be done in any order
   */
  void addTasks(int step, List<Runnable> tasks) {
    if (hashed != null) {
      hashed.addTasks(step, tasks);
    } else if (step == 1) {
      tasks.add(() -> rowLattice.build(features, choice.embedding()));
    }
  }

  /** Finds the norm and the gain from the filter's response to ones, where they are not known. */
  void normalize(Crew crew) {
    complete = true;
    if (normalized != kernel.normalization()) {
      normalized = null;
      findNorm(crew);
      normalized = kernel.normalization();
    }
  }

  private void findNorm(Crew crew) {
    if (norm.length < pixels) {
      norm = new float[pixels];
      response = new float[pixels];
    }
    float[] ones = room.ones(pixels);
    before = ones;
    after = ones;
    weighed = before;
    response(norm, crew);
    Normalization normalization = kernel.normalization();
    if (normalization == Normalization.NONE) {
      gain = largest(norm);
      weighed = response;
      return;
    }
    boolean symmetric = normalization == Normalization.SYMMETRIC;
    crew.run(
        Tiles.PARTS,
        (part, worker) -> {
          for (int pixel = Tiles.cut(pixels, part); pixel < Tiles.cut(pixels, part + 1); pixel++) {
            float n = norm[pixel] + NORM_FLOOR;
            norm[pixel] = symmetric ? (float) (1 / Math.sqrt(n)) : 1 / n;
          }
        });
    before = normalization == Normalization.AFTER ? ones : norm;
    after = normalization == Normalization.BEFORE ? ones : norm;
    if (normalization == Normalization.AFTER) {
      gain = 1;
    } else {
      weighed = before;
      response(response, crew);
      gain = largest(response);
    }
    weighed = response;
  }

  /** Takes note of what splatted values of pixels [from, to) have to be divided by. */
  void weigh(float[] z, int from, int to) {
    for (int pixel = from; pixel < to; pixel++) {
      weighed[pixel] = before[pixel] / z[pixel];
    }
  }

  private float largest(float[] values) {
    float largest = 0;
    for (int pixel = 0; pixel < pixels; pixel++) {
      largest = Math.max(largest, values[pixel]);
    }
    return largest;
  }

  /** One number a pixel, filtered in a narrow tile. */
  private void response(float[] perPixel, Crew crew) {
    int lanes = single.lanes();
    float[] tileOfOnes = room.tileOfOnes(pixels * lanes);
    float[] tile = room.tile(pixels * lanes);
    reserve(lanes, crew);
    if (hashed()) {
      splat(single, tileOfOnes);
      blur(single, crew);
      crew.run(
          Tiles.PARTS,
          (part, worker) -> {
            int to = Tiles.cut(pixels, part + 1);
            for (int at = Tiles.cut(pixels, part); at < to; at += TileSoftmax.CHUNK) {
              int end = Math.min(to, at + TileSoftmax.CHUNK);
              Arrays.fill(tile, at * lanes, end * lanes, 0);
              slice(single, tile, tile, 1, at, end);
              firstLanes(tile, perPixel, at, end);
            }
          });
    } else {
      int bands = bands(crew);
      crew.run(
          bands,
          (band, worker) -> {
            int from = firstRow(band, bands) * width;
            int to = firstRow(band + 1, bands) * width;
            Arrays.fill(tile, from * lanes, to * lanes, 0);
            streamBand(single, tileOfOnes, tile, tile, 1, band, bands, worker);
            firstLanes(tile, perPixel, from, to);
          });
    }
  }

  private void firstLanes(float[] tile, float[] perPixel, int from, int to) {
    for (int pixel = from; pixel < to; pixel++) {
      perPixel[pixel] = tile[pixel * TileLayout.NARROWEST];
    }
  }

  /** Largest value of the normalised filter applied to ones. */
  float gain() {
    return gain;
  }

  /** Number of vertices. */
  int size() {
    return hashed != null ? hashed.size() : rowLattice.size();
  }

  /** Whether this filter splats, blurs and slices in turn; else it streams in bands. */
  boolean hashed() {
    return hashed != null;
  }

  void reserve(int lanes, Crew crew) {
    if (hashed != null) {
      hashed.reserve(lanes);
    } else if (streams.length < crew.threads()) {
      streams = new RowStream[crew.threads()];
    }
  }

  /** Splats exponentials, each over the z that {@link #weigh} was given. */
  void splat(TileKernels kernels, float[] exponentials) {
    hashed.splat(kernels, exponentials, weighed);
  }

  /** The same for one row; rows come from the first to the last. */
  void splatRow(TileKernels kernels, float[] exponentials, int y) {
    hashed.splatRow(kernels, exponentials, weighed, y);
  }

  void blur(TileKernels kernels, Crew crew) {
    hashed.blur(kernels, crew);
  }

  /** out = start + weight * message for pixels [from, to), after splat and blur. */
  void slice(TileKernels kernels, float[] start, float[] out, float weight, int from, int to) {
    hashed.slice(kernels, start, out, after, weight, from, to);
  }

  /** Bands to stream in: their number changes no bit, but each begins some rows early. */
  static int bands(Crew crew) {
    return crew.threads() == 1 ? 1 : 2 * crew.threads();
  }

  /** out = start + weight * message for a band of rows. */
  void streamBand(
      TileKernels kernels,
      float[] exponentials,
      float[] start,
      float[] out,
      float weight,
      int band,
      int bands,
      int worker) {
    if (streams[worker] == null) {
      streams[worker] = new RowStream(rowLattice);
    }
    streams[worker].filter(
        kernels,
        exponentials,
        weighed,
        start,
        out,
        after,
        weight * RowLattice.ALPHA,
        firstRow(band, bands),
        firstRow(band + 1, bands),
        RowStream.NOTHING);
  }

  private int firstRow(int band, int bands) {
    return (int) ((long) (pixels / width) * band / bands);
  }

  /**
   * out = start + weight * message for all rows; out may be where the exponentials are.
   *
   * @param firstUse is told each row before it is overwritten
   */
  void stream(
      TileKernels kernels,
      float[] exponentials,
      float[] start,
      float[] out,
      float weight,
      IntConsumer firstUse) {
    if (streams[0] == null) {
      streams[0] = new RowStream(rowLattice);
    }
    int height = pixels / width;
    float factor = weight * RowLattice.ALPHA;
    streams[0].filter(
        kernels, exponentials, weighed, start, out, after, factor, 0, height, firstUse);
  }
}
