package org.deeplabspark.crf;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.deeplabspark.tensor.FeatureMap;

/**
 * Energies and exponentials of the labels that are laid out, tile by tile, and one number a pixel
 * for all others. A marginal is an exponential over its pixel's {@link #z}; the division is left to
 * the readers. Arrays are kept from image to image and grow where they must.
 */
final class Tiles {

  /** Floats behind per-pixel and tile arrays, as vector kernels read whole vectors. */
  static final int PADDING = 64;

  private static final int BLOCK = UnaryPlanes.BLOCK;

  private final KernelChoice choice;
  private final UnaryPlanes planes;
  private int pixels;
  private TileLayout layout;
  private float[][] exponentials = new float[0][];
  private float[][] u = new float[0][];
  private float[] spare = new float[0];
  private boolean swaps;
  private final WorkerScratch scratch = new WorkerScratch();
  private final TileSoftmax softmax;

  Tiles(KernelChoice choice) {
    this.choice = choice;
    planes = new UnaryPlanes(choice.softmax());
    softmax = new TileSoftmax(this, scratch, choice.softmax());
  }

  void start(FeatureMap unary) {
    planes.start(unary);
    pixels = unary.planeSize();
    softmax.start(pixels);
  }

  /** Releases the unary. */
  void finish() {
    planes.finish();
  }

  TileLayout layout() {
    return layout;
  }

  int pixels() {
    return pixels;
  }

  /** Number of all labels, laid out or not. */
  int labels() {
    return planes.labels();
  }

  /** All labels, ascending. */
  int[] allLabels() {
    return IntStream.range(0, labels()).toArray();
  }

  TileKernels kernels(int tile) {
    return choice.forLanes(layout.lanes(tile));
  }

  /** Energies, until {@link TileSoftmax#exponentiate} replaces them by their exponentials. */
  float[] exponentials(int tile) {
    return exponentials[tile];
  }

  TileSoftmax softmax() {
    return softmax;
  }

  /** What exponentials are divided by, [pixel]; live view. */
  float[] z() {
    return softmax.z();
  }

  /** -(U - min U) of each label in the tile. */
  float[] u(int tile) {
    return u[tile];
  }

  /** An array as long as any tile's; from now on all are, so that they can be swapped. */
  float[] spare() {
    swaps = true;
    if (spare.length < widestTile()) {
      spare = new float[widestTile()];
    }
    return spare;
  }

  /** Swaps a tile's array with the spare. */
  void swap(int tile) {
    float[] old = exponentials[tile];
    exponentials[tile] = spare;
    spare = old;
  }

  /** Scratch of at least this many floats, contents undefined; valid until {@link #layOut}. */
  float[] borrowEnergies(int floats) {
    u = withFirst(u, floats);
    return u[0];
  }

  /** Another such scratch. */
  float[] borrowExponentials(int floats) {
    exponentials = withFirst(exponentials, floats);
    return exponentials[0];
  }

  private static float[][] withFirst(float[][] arrays, int floats) {
    float[][] enough = arrays.length == 0 ? new float[1][] : arrays;
    reserve(enough, 0, floats);
    return enough;
  }

  /** Largest of exp(u) of each label: an upper bound of its first marginals. */
  float[] largestAtStart(ThreadTeam team) {
    scratch.reserve(team.threads());
    float[] largest = new float[labels()];
    team.run(
        labels(),
        (label, worker) -> largest[label] = planes.largestAtStart(label, scratch.block(worker)));
    return largest;
  }

  /** Lays out the first labels of a run; energies are the unary's. */
  void layOut(int[] labels, ThreadTeam team) {
    scratch.reserve(team.threads());
    softmax.clearMaxima();
    layout = new TileLayout(labels, choice.widest());
    reserveTiles();
    team.runRanges(
        pixels,
        BLOCK,
        (from, to, worker) -> {
          fillEnergies(from, to, scratch.block(worker));
          for (int tile = 0; tile < layout.tiles(); tile++) {
            int lanes = layout.lanes(tile);
            System.arraycopy(
                u[tile], from * lanes, exponentials[tile], from * lanes, (to - from) * lanes);
          }
        });
  }

  /** Changes to another layout; a label that was not laid out comes in with exp(u). */
  void moveTo(int[] labels, ThreadTeam team) {
    TileLayout old = layout;
    layout = new TileLayout(labels, choice.widest());
    // Exponentials are moved to where the energies were; those come from the unary again.
    u = reserved(u);
    team.runRanges(
        pixels,
        BLOCK,
        (from, to, worker) -> fillExponentials(old, from, to, scratch.block(worker)));
    exponentials = Arrays.copyOf(exponentials, u.length);
    for (int tile = 0; tile < layout.tiles(); tile++) {
      float[] filled = u[tile];
      u[tile] = exponentials[tile];
      exponentials[tile] = filled;
    }
    reserveTiles();
    team.runRanges(
        pixels, BLOCK, (from, to, worker) -> fillEnergies(from, to, scratch.block(worker)));
  }

  /** Fills u from the unary, and the sum of the labels that are not laid out; a block at most. */
  private void fillEnergies(int from, int to, float[] block) {
    for (int tile = 0; tile < layout.tiles(); tile++) {
      int lanes = layout.lanes(tile);
      for (int lane = 0; lane < lanes; lane++) {
        if (lane < layout.labelsIn(tile)) {
          planes.energies(layout.label(tile, lane), from, to, block);
        } else {
          Arrays.fill(block, 0, to - from, UnaryPlanes.LOWEST);
        }
        scatter(block, u[tile], from, to, lane, lanes);
      }
    }
    float[] rest = softmax.rest();
    Arrays.fill(rest, from, to, 0);
    for (int label = 0; label < planes.labels(); label++) {
      if (!layout.contains(label)) {
        planes.exponentials(label, from, to, block);
        for (int pixel = from; pixel < to; pixel++) {
          rest[pixel] += block[pixel - from];
        }
      }
    }
  }

  /** Fills u with the exponentials of the old layout; a block at most. */
  private void fillExponentials(TileLayout old, int from, int to, float[] block) {
    for (int tile = 0; tile < layout.tiles(); tile++) {
      int lanes = layout.lanes(tile);
      for (int lane = 0; lane < lanes; lane++) {
        if (lane < layout.labelsIn(tile)) {
          read(layout.label(tile, lane), old, from, to, block);
        } else {
          Arrays.fill(block, 0, to - from, 0);
        }
        scatter(block, u[tile], from, to, lane, lanes);
      }
    }
  }

  private static void scatter(
      float[] block, float[] target, int from, int to, int lane, int lanes) {
    int shift = Integer.numberOfTrailingZeros(lanes);
    for (int pixel = from; pixel < to; pixel++) {
      target[(pixel << shift) + lane] = block[pixel - from];
    }
  }

  /** Reads a label's exponentials, laid out or not. */
  private void read(int label, TileLayout from, int start, int end, float[] block) {
    int index = from.indexOf(label);
    if (index < 0) {
      planes.exponentials(label, start, end, block);
      return;
    }
    int tile = from.tileOf(index);
    int lane = index - from.first(tile);
    int shift = Integer.numberOfTrailingZeros(from.lanes(tile));
    float[] source = exponentials[tile];
    for (int pixel = start; pixel < end; pixel++) {
      block[pixel - start] = source[(pixel << shift) + lane];
    }
  }

  private void readMarginals(int label, int start, int end, float[] block) {
    read(label, layout, start, end, block);
    System.arraycopy(softmax.z(), start, block, BLOCK, end - start);
    for (int i = 0; i < end - start; i++) {
      block[i] /= block[BLOCK + i];
    }
  }

  /** Largest marginal of a label that is not laid out. */
  float largestOfRetired(int label) {
    float[] block = scratch.block(0);
    float largest = 0;
    for (int from = 0; from < pixels; from += BLOCK) {
      int to = Math.min(pixels, from + BLOCK);
      readMarginals(label, from, to, block);
      for (int i = 0; i < to - from; i++) {
        largest = Math.max(largest, block[i]);
      }
    }
    return largest;
  }

  /** Writes the marginals of all labels. */
  void write(FeatureMap marginals, ThreadTeam team) {
    float[] target = marginals.values();
    team.runRanges(
        pixels,
        BLOCK,
        (from, to, worker) -> {
          float[] block = scratch.block(worker);
          for (int label = 0; label < labels(); label++) {
            readMarginals(label, from, to, block);
            System.arraycopy(block, 0, target, label * pixels + from, to - from);
          }
        });
  }

  private void reserveTiles() {
    exponentials = reserved(exponentials);
    u = reserved(u);
  }

  /** Makes an array for each tile long enough; a new one loses the contents. */
  private float[][] reserved(float[][] arrays) {
    int tiles = layout.tiles();
    float[][] enough = arrays.length < tiles ? Arrays.copyOf(arrays, tiles) : arrays;
    for (int tile = 0; tile < tiles; tile++) {
      reserve(enough, tile, swaps ? widestTile() : floats(tile));
    }
    return enough;
  }

  private static void reserve(float[][] arrays, int tile, int floats) {
    if (arrays[tile] == null || arrays[tile].length < floats) {
      arrays[tile] = null; // lets the collector take it before the longer one is allocated
      arrays[tile] = new float[floats];
    }
  }

  private int floats(int tile) {
    return Math.multiplyExact(pixels, layout.lanes(tile)) + PADDING;
  }

  private int widestTile() {
    return IntStream.range(0, layout.tiles()).map(this::floats).max().orElseThrow();
  }
}
