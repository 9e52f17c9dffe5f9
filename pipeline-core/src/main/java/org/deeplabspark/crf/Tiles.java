package org.deeplabspark.crf;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.deeplabspark.tensor.FeatureMap;

/**
 * The live labels' energies and their exponentials, a tile at a time, and one number a pixel for
 * all the others. A marginal is an exponential over its pixel's {@link #z}; the division is left to
 * those who read it. Arrays are kept from image to image and grow where they must.
 */
final class Tiles {

  /** Parts that per-pixel work is cut into, for any number of threads. */
  static final int PARTS = 16;

  // Vector kernels read whole vectors of per-pixel values.
  static final int ROOM = 64;

  private static final int BLOCK = UnaryPlanes.BLOCK;

  private final KernelChoice choice;
  private final UnaryPlanes planes;
  private int pixels;
  private TileLayout layout;
  private float[][] exponentials = new float[0][];
  private float[][] u = new float[0][];
  private float[] spare = new float[0];
  private boolean swaps;
  private final WorkerRoom room = new WorkerRoom();
  private final TileSoftmax softmax;

  Tiles(KernelChoice choice) {
    this.choice = choice;
    planes = new UnaryPlanes(choice.softmax());
    softmax = new TileSoftmax(this, room, choice.softmax());
  }

  void start(FeatureMap unary) {
    planes.start(unary);
    pixels = unary.planeSize();
    softmax.start(pixels);
  }

  TileLayout layout() {
    return layout;
  }

  int pixels() {
    return pixels;
  }

  /** Labels laid out or not. */
  int labels() {
    return planes.labels();
  }

  TileKernels kernels(int tile) {
    return choice.forLanes(layout.lanes(tile));
  }

  /** Energies on their way in, exponentials of them after {@link TileSoftmax#exponentiate}. */
  float[] exponentials(int tile) {
    return exponentials[tile];
  }

  /** What turns energies into exponentials and adds them up. */
  TileSoftmax softmax() {
    return softmax;
  }

  /** What a tile's exponentials are divided by, [pixel]; live view. */
  float[] z() {
    return softmax.z();
  }

  /** -(U - min U) of each label in the tile. */
  float[] u(int tile) {
    return u[tile];
  }

  /** As long as any tile; from now on tiles' arrays are as long, as any may become the spare. */
  float[] spare() {
    swaps = true;
    if (spare.length < widestTile()) {
      spare = new float[widestTile()];
    }
    return spare;
  }

  /** Makes the spare array the tile's, and the tile's the spare. */
  void swap(int tile) {
    float[] old = exponentials[tile];
    exponentials[tile] = spare;
    spare = old;
  }

  /** Place for so many floats until labels are laid out; they may be anything. */
  float[] lendEnergies(int floats) {
    u = withRoom(u, floats);
    return u[0];
  }

  /** Another such place. */
  float[] lendExponentials(int floats) {
    exponentials = withRoom(exponentials, floats);
    return exponentials[0];
  }

  private static float[][] withRoom(float[][] arrays, int floats) {
    float[][] enough = arrays.length == 0 ? new float[1][] : arrays;
    makeRoom(enough, 0, floats);
    return enough;
  }

  /** Largest of exp(u) of each label: at the start its marginal is nowhere larger. */
  float[] largestAtStart(Crew crew) {
    room.hire(crew.threads());
    float[] largest = new float[labels()];
    crew.run(
        labels(),
        (label, worker) -> largest[label] = planes.largestAtStart(label, room.block(worker)));
    return largest;
  }

  /** Lays out the labels there are at the start; energies are the unary's. */
  void layOut(int[] labels, Crew crew) {
    room.hire(crew.threads());
    softmax.clearMaxima();
    layout = new TileLayout(labels, choice.widest());
    reserve();
    crew.run(
        PARTS,
        (part, worker) -> {
          int from = cut(pixels, part);
          int to = cut(pixels, part + 1);
          for (int tile = 0; tile < layout.tiles(); tile++) {
            int lanes = layout.lanes(tile);
            fillEnergies(tile, from, to, room.block(worker));
            System.arraycopy(
                u[tile], from * lanes, exponentials[tile], from * lanes, (to - from) * lanes);
          }
          fillRest(from, to, room.block(worker));
        });
  }

  /** Moves to another layout; a label that was not laid out comes in with exp(u). */
  void moveTo(int[] labels, Crew crew) {
    TileLayout old = layout;
    layout = new TileLayout(labels, choice.widest());
    // Energies come from the unary again, so there is room for exponentials where they were.
    u = lengthened(u);
    crew.run(
        PARTS,
        (part, worker) -> {
          for (int tile = 0; tile < layout.tiles(); tile++) {
            fillExponentials(
                tile, old, cut(pixels, part), cut(pixels, part + 1), room.block(worker));
          }
        });
    exponentials = Arrays.copyOf(exponentials, u.length);
    for (int tile = 0; tile < layout.tiles(); tile++) {
      float[] filled = u[tile];
      u[tile] = exponentials[tile];
      exponentials[tile] = filled;
    }
    reserve();
    crew.run(
        PARTS,
        (part, worker) -> {
          for (int tile = 0; tile < layout.tiles(); tile++) {
            fillEnergies(tile, cut(pixels, part), cut(pixels, part + 1), room.block(worker));
          }
          fillRest(cut(pixels, part), cut(pixels, part + 1), room.block(worker));
        });
  }

  private void fillRest(int from, int to, float[] block) {
    float[] rest = softmax.rest();
    Arrays.fill(rest, from, to, 0);
    for (int label = 0; label < planes.labels(); label++) {
      for (int at = from; at < to && !layout.contains(label); at += BLOCK) {
        int end = Math.min(to, at + BLOCK);
        planes.exponentials(label, at, end, block);
        for (int pixel = at; pixel < end; pixel++) {
          rest[pixel] += block[pixel - at];
        }
      }
    }
  }

  private void fillEnergies(int tile, int from, int to, float[] block) {
    int lanes = layout.lanes(tile);
    for (int at = from; at < to; at += BLOCK) {
      int end = Math.min(to, at + BLOCK);
      for (int lane = 0; lane < lanes; lane++) {
        if (lane < layout.labelsIn(tile)) {
          planes.energies(layout.label(tile, lane), at, end, block);
        } else {
          Arrays.fill(block, 0, end - at, UnaryPlanes.LOWEST);
        }
        scatter(block, u[tile], at, end, lane, lanes);
      }
    }
  }

  /** A tile of the new layout, in the place of its energies. */
  private void fillExponentials(int tile, TileLayout old, int from, int to, float[] block) {
    int lanes = layout.lanes(tile);
    for (int at = from; at < to; at += BLOCK) {
      int end = Math.min(to, at + BLOCK);
      for (int lane = 0; lane < lanes; lane++) {
        if (lane < layout.labelsIn(tile)) {
          read(layout.label(tile, lane), old, at, end, block);
        } else {
          Arrays.fill(block, 0, end - at, 0);
        }
        scatter(block, u[tile], at, end, lane, lanes);
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

  /** A label's exponentials, laid out or not. */
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

  private void reserve() {
    exponentials = lengthened(exponentials);
    u = lengthened(u);
  }

  /** An array for each tile; one that is too short loses what is in it. */
  private float[][] lengthened(float[][] arrays) {
    int tiles = layout.tiles();
    float[][] enough = arrays.length < tiles ? Arrays.copyOf(arrays, tiles) : arrays;
    for (int tile = 0; tile < tiles; tile++) {
      makeRoom(enough, tile, swaps ? widestTile() : floats(tile));
    }
    return enough;
  }

  private static void makeRoom(float[][] arrays, int tile, int floats) {
    if (arrays[tile] == null || arrays[tile].length < floats) {
      arrays[tile] = null; // may go before the longer one comes
      arrays[tile] = new float[floats];
    }
  }

  private int floats(int tile) {
    return Math.multiplyExact(pixels, layout.lanes(tile)) + ROOM;
  }

  private int widestTile() {
    return IntStream.range(0, layout.tiles()).map(this::floats).max().orElseThrow();
  }

  /** First pixel of a part; whole groups of pixels, so that vector kernels cut none. */
  static int cut(int pixels, int part) {
    return part == PARTS ? pixels : (int) ((long) pixels * part / PARTS) & -16;
  }

  /** Largest marginal of a label that is not laid out. */
  float largestOfRetired(int label) {
    float largest = 0;
    for (int from = 0; from < pixels; from += BLOCK) {
      int to = Math.min(pixels, from + BLOCK);
      readMarginals(label, from, to, room.block(0));
      for (int i = 0; i < to - from; i++) {
        largest = Math.max(largest, room.block(0)[i]);
      }
    }
    return largest;
  }

  /** Writes the marginals of all labels. */
  void write(FeatureMap marginals, Crew crew) {
    float[] target = marginals.values();
    crew.run(
        PARTS,
        (part, worker) -> {
          int to = cut(pixels, part + 1);
          for (int from = cut(pixels, part); from < to; from += BLOCK) {
            int end = Math.min(to, from + BLOCK);
            for (int label = 0; label < planes.labels(); label++) {
              readMarginals(label, from, end, room.block(worker));
              System.arraycopy(room.block(worker), 0, target, label * pixels + from, end - from);
            }
          }
        });
  }

  /** Lets go of the scores. */
  void finish() {
    planes.finish();
  }

  /** Ascending ids of all labels. */
  int[] allLabels() {
    return IntStream.range(0, planes.labels()).toArray();
  }
}
