package org.deeplabspark.crf;

import java.util.Arrays;

/**
 * The softmax over the labels that are laid out and, as one number a pixel, all others; a chunk of
 * pixels at a time.
 */
final class TileSoftmax {

  /** Pixels that the loops from slice to softmax take at a time. */
  static final int CHUNK = 256;

  /** A step on a tile's energies at pixels [from, to), at most {@link #CHUNK}. */
  private interface Step {
    void run(int tile, int from, int to, int worker);
  }

  private final Tiles tiles;
  private final WorkerScratch scratch;
  private final SoftmaxKernels kernels;
  private float[] rest = new float[0];
  private float[] z = new float[0];
  private float watched;

  // Called from one place, each is compiled on its own: C2 inlines only so much bytecode into one
  // method, and boxes the vectors of the rest.
  private final Step[] steps = {this::raise, this::addSums, this::findMaxima};

  TileSoftmax(Tiles tiles, WorkerScratch scratch, SoftmaxKernels kernels) {
    this.tiles = tiles;
    this.scratch = scratch;
    this.kernels = kernels;
  }

  void start(int pixels) {
    if (z.length < pixels + Tiles.PADDING) {
      rest = new float[pixels + Tiles.PADDING];
      z = new float[pixels + Tiles.PADDING];
    }
  }

  /** Sum of the exponentials of labels that are not laid out, [pixel]; live view. */
  float[] rest() {
    return rest;
  }

  /** Sum of all exponentials, [pixel]; live view. */
  float[] z() {
    return z;
  }

  /** Largest marginals of the last softmax; exact up to the watched value. */
  LaneMaxima maxima() {
    return scratch.largest();
  }

  void clearMaxima() {
    scratch.clear(tiles.labels() + TileLayout.WIDEST);
  }

  /** Watches which labels' marginals exceed a value somewhere. */
  void watch(float value) {
    watched = value;
  }

  /**
   * Replaces a tile's energies by exponentials and adds them to z; with the last tile, when z is
   * complete, looks for the largest marginals. At most {@link #CHUNK} pixels.
   */
  void exponentiate(int tile, int from, int to, int worker) {
    for (Step step : steps) {
      step.run(tile, from, to, worker);
    }
  }

  private void raise(int tile, int from, int to, int worker) {
    int lanes = tiles.layout().lanes(tile);
    float[] work = scratch.maxima(worker).scratch;
    kernels.exponentiate(tiles.exponentials(tile), from * lanes, to * lanes, work, 0);
  }

  private void addSums(int tile, int from, int to, int worker) {
    if (tile == 0) {
      System.arraycopy(rest, from, z, from, to - from);
    }
    float[] work = scratch.maxima(worker).scratch;
    kernels.addSums(tiles.exponentials(tile), tiles.layout().lanes(tile), z, from, to, work);
  }

  private void findMaxima(int lastTile, int from, int to, int worker) {
    if (lastTile != tiles.layout().tiles() - 1) {
      return;
    }
    LaneMaxima largest = scratch.maxima(worker);
    for (int tile = 0; tile <= lastTile; tile++) {
      largest.offset = tiles.layout().first(tile);
      if (!largest.allAbove(watched, tiles.layout().labelsIn(tile))) {
        tiles.kernels(tile).addMaxima(tiles.exponentials(tile), z, from, to, largest);
      }
    }
    if (tiles.layout().labels().length < tiles.labels()) {
      largest.addRest(rest, z, from, to);
    }
  }

  /** The softmax of all tiles and pixels. */
  void exponentiateAll(ThreadTeam team) {
    clearMaxima();
    team.runRanges(
        tiles.pixels(),
        CHUNK,
        (from, to, worker) -> {
          for (int tile = 0; tile < tiles.layout().tiles(); tile++) {
            exponentiate(tile, from, to, worker);
          }
        });
  }

  /** As {@link #exponentiateAll}, for energies of any size: each pixel's largest is taken off. */
  void exponentiateCentred(ThreadTeam team) {
    TileLayout layout = tiles.layout();
    float[] largest = new float[tiles.pixels()];
    Arrays.fill(largest, Float.NEGATIVE_INFINITY);
    for (int tile = 0; tile < layout.tiles(); tile++) {
      int lanes = layout.lanes(tile);
      for (int pixel = 0; pixel < largest.length; pixel++) {
        for (int lane = 0; lane < layout.labelsIn(tile); lane++) {
          largest[pixel] = Math.max(largest[pixel], tiles.exponentials(tile)[pixel * lanes + lane]);
        }
      }
    }
    for (int tile = 0; tile < layout.tiles(); tile++) {
      float[] e = tiles.exponentials(tile);
      int lanes = layout.lanes(tile);
      for (int i = 0; i < largest.length * lanes; i++) {
        boolean label = i % lanes < layout.labelsIn(tile);
        float energy = label ? e[i] - largest[i / lanes] : Energies.LOWEST;
        e[i] = Math.max(Energies.LOWEST, energy);
      }
    }
    exponentiateAll(team);
  }
}
