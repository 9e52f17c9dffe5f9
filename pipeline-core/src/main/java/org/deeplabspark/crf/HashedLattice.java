package org.deeplabspark.crf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * A permutohedral lattice over one image in any number of dimensions: vertices in a hash table,
 * neighbours in chains.
 *
 * <p>Only vertices around some pixel exist, numbered in the order of their first touch; a missing
 * neighbour counts 0 and blurring creates none. Arrays are kept from image to image and grow where
 * they must.
 */
final class HashedLattice {

  /** Steps of a build. */
  static final int STEPS = 5;

  private static final int PARTS = 8;

  private final int cornersPerPixel;
  private final EmbeddingKernels embeddingKernels;
  private final Chains[] chains;
  private final List<LatticeBand> bands = new ArrayList<>(); // the first becomes the whole
  private int bandCount;
  private Features features;
  private int[] vertices = new int[0];
  private float[] weights = new float[0];
  private int[] firstOfRow = new int[0];
  private Corners corners;
  private float[] values = new float[0];
  private int width;
  private int height;

  HashedLattice(int dimensions, EmbeddingKernels embeddingKernels) {
    this.embeddingKernels = embeddingKernels;
    cornersPerPixel = dimensions + 1;
    bands.add(new LatticeBand(cornersPerPixel));
    chains = new Chains[cornersPerPixel];
    Arrays.setAll(chains, axis -> new Chains());
  }

  /** Number of vertices. */
  int size() {
    return bands.get(0).table().size();
  }

  /** Begins to build the lattice of an image in so many bands; the result does not depend on it. */
  void begin(Features newFeatures, int wantedBands) {
    features = newFeatures;
    width = features.width();
    height = features.height();
    int entries = Math.multiplyExact(width * height, cornersPerPixel);
    if (vertices.length < entries) {
      vertices = new int[entries];
      weights = new float[entries];
    }
    firstOfRow = firstOfRow.length > height ? firstOfRow : new int[height + 1];
    corners = new Corners(cornersPerPixel, vertices, weights);
    bandCount = Math.min(wantedBands, height);
    while (bands.size() < bandCount) {
      bands.add(new LatticeBand(cornersPerPixel));
    }
  }

  /**
   * Tasks of one step, all of which may run beside each other.
   *
   * @param step 0 to {@link #STEPS} - 1, in this order
   */
  void addTasks(int step, List<Runnable> tasks) {
    LatticeBand whole = bands.get(0);
    switch (step) {
      case 0 -> add(bandCount, this::embed, tasks);
      case 1 -> tasks.add(this::merge);
      case 2 -> {
        for (LatticeBand band : bands.subList(1, bandCount)) {
          add(PARTS, part -> band.handOver(whole, corners, width, part, PARTS), tasks);
        }
      }
      case 3 -> add(PARTS, part -> whole.complete(part, PARTS), tasks);
      default ->
          add(
              cornersPerPixel,
              axis -> whole.links().chain(whole.table().size(), axis, chains[axis]),
              tasks);
    }
  }

  private static void add(int count, IntConsumer task, List<Runnable> tasks) {
    for (int i = 0; i < count; i++) {
      int number = i;
      tasks.add(() -> task.accept(number));
    }
  }

  private void embed(int band) {
    bands.get(band).embed(features, embeddingKernels, corners, row(band), row(band + 1));
  }

  private int row(int band) {
    return (int) ((long) height * band / bandCount);
  }

  private void merge() {
    features = null; // and with it the image
    for (int band = 0; band < bandCount; band++) {
      if (band > 0) {
        bands.get(0).append(bands.get(band));
      }
      bands.get(band).writeFirstOfRow(firstOfRow);
    }
    firstOfRow[height] = size();
  }

  /** All steps on one thread. */
  void build(Features newFeatures) {
    begin(newFeatures, 1);
    for (int step = 0; step < STEPS; step++) {
      List<Runnable> tasks = new ArrayList<>();
      addTasks(step, tasks);
      tasks.forEach(Runnable::run);
    }
  }

  /** Factor that a slice is multiplied with. */
  float alpha() {
    return 1 / (1 + (float) Math.pow(2, 1 - cornersPerPixel));
  }

  void reserve(int lanes) {
    // The vector kernels have a place of their own behind the vertices for each part of a chain
    // list.
    long needed = (long) (size() + Chains.PARTS) * lanes;
    if (values.length < needed) {
      values = null; // may go before the longer one comes
      values = new float[Math.toIntExact(needed)];
    }
  }

  /** Splats a tile; by one thread, as vertices are shared by pixels anywhere. */
  void splat(TileKernels kernels, float[] q, float[] before) {
    for (int y = 0; y < height; y++) {
      splatRow(kernels, q, before, y);
    }
  }

  /** Splats a row of pixels of a tile; rows come from the first to the last. */
  void splatRow(TileKernels kernels, float[] q, float[] before, int y) {
    // Vertices are numbered by first touch: these are the ones that no row above has met.
    Arrays.fill(values, firstOfRow[y] * kernels.lanes(), firstOfRow[y + 1] * kernels.lanes(), 0);
    kernels.splat(q, before, corners, values, 0, y * width, (y + 1) * width);
  }

  /** Blurs what was splatted last. */
  void blur(TileKernels kernels, Crew crew) {
    for (Chains axis : chains) {
      crew.run(Chains.PARTS, (part, worker) -> kernels.blur(values, axis, part));
    }
  }

  /** Slices pixels [from, to) of the tile that was blurred last. */
  void slice(
      TileKernels kernels,
      float[] base,
      float[] out,
      float[] after,
      float factor,
      int from,
      int to) {
    kernels.slice(values, 0, corners, base, out, after, factor * alpha(), from, to);
  }
}
