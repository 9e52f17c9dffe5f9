package org.deeplabspark.crf;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.NetworkScores;

/**
 * Energies and exponentials of the labels that are laid out, tile by tile, and one number a pixel
 * for all others. A marginal is an exponential over its pixel's {@link #z}; the division is left to
 * the readers. Arrays are kept from image to image and grow where they must.
 */
final class Tiles {

  /** Floats behind per-pixel and tile arrays, as vector kernels read whole vectors. */
  static final int PADDING = 64;

  private final KernelChoice choice;
  private final UnaryPlanes planes;
  private final ScorePlanes scorePlanes;
  private Energies energies;
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
    scorePlanes = new ScorePlanes(choice.softmax());
    softmax = new TileSoftmax(this, scratch, choice.softmax());
  }

  /** Takes energies of full size. */
  void start(FeatureMap unary) {
    planes.start(unary);
    begin(planes);
  }

  /** Stages that take a network's scores. */
  List<ThreadTeam.Stage> start(NetworkScores scores) {
    List<ThreadTeam.Stage> stages = scorePlanes.start(scores);
    begin(scorePlanes);
    return stages;
  }

  private void begin(Energies from) {
    energies = from;
    pixels = from.pixels();
    softmax.start(pixels);
  }

  /** Releases what the energies are computed from. */
  void finish() {
    planes.finish();
    scorePlanes.finish();
  }

  /** Where the energies come from. */
  Energies energies() {
    return energies;
  }

  /** The network's own label at each pixel of scores, [pixel]; live view. */
  byte[] raw() {
    return scorePlanes.raw();
  }

  TileLayout layout() {
    return layout;
  }

  int pixels() {
    return pixels;
  }

  /** Number of all labels, laid out or not. */
  int labels() {
    return energies.labels();
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
    return energies.largest(team, scratch);
  }

  /** Runs a task on all pixels, a block at a time. */
  void runBlocks(ThreadTeam team, Energies.BlockTask task) {
    scratch.reserve(team.threads());
    team.runRanges(
        pixels,
        pixels,
        (from, to, worker) -> energies.forBlocks(from, to, scratch.block(worker), task));
  }

  /** Lays out the first labels of a run; energies are the unary's. */
  void layOut(int[] labels, ThreadTeam team) {
    scratch.reserve(team.threads());
    softmax.clearMaxima();
    layout = new TileLayout(labels, choice.widest());
    reserveTiles();
    runBlocks(
        team,
        (from, to, block) -> {
          fillEnergies(from, to, block);
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
    runBlocks(team, (from, to, block) -> fillExponentials(old, from, to, block));
    exponentials = Arrays.copyOf(exponentials, u.length);
    for (int tile = 0; tile < layout.tiles(); tile++) {
      float[] filled = u[tile];
      u[tile] = exponentials[tile];
      exponentials[tile] = filled;
    }
    reserveTiles();
    runBlocks(team, this::fillEnergies);
  }

  /** Fills u from the unary, and the sum of the labels that are not laid out; a block at most. */
  private void fillEnergies(int from, int to, Block block) {
    for (int tile = 0; tile < layout.tiles(); tile++) {
      int lanes = layout.lanes(tile);
      for (int lane = 0; lane < lanes; lane++) {
        if (lane < layout.labelsIn(tile)) {
          energies.energies(layout.label(tile, lane), from, to, block);
        } else {
          Arrays.fill(block.values, 0, to - from, Energies.LOWEST);
        }
        scatter(block.values, u[tile], from, to, lane, lanes);
      }
    }
    if (layout.labels().length < labels()) {
      energies.sumOfOthers(layout, from, to, block);
      System.arraycopy(block.sum, 0, softmax.rest(), from, to - from);
    } else {
      Arrays.fill(softmax.rest(), from, to, 0);
    }
  }

  /** Fills u with the exponentials of the old layout; a block at most. */
  private void fillExponentials(TileLayout old, int from, int to, Block block) {
    for (int tile = 0; tile < layout.tiles(); tile++) {
      int lanes = layout.lanes(tile);
      for (int lane = 0; lane < lanes; lane++) {
        if (lane < layout.labelsIn(tile)) {
          read(layout.label(tile, lane), old, from, to, block);
        } else {
          Arrays.fill(block.values, 0, to - from, 0);
        }
        scatter(block.values, u[tile], from, to, lane, lanes);
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
  void read(int label, int from, int to, Block block) {
    read(label, layout, from, to, block);
  }

  private void read(int label, TileLayout from, int start, int end, Block block) {
    int index = from.indexOf(label);
    if (index < 0) {
      energies.exponentials(label, start, end, block);
      return;
    }
    int tile = from.tileOf(index);
    int lane = index - from.first(tile);
    int shift = Integer.numberOfTrailingZeros(from.lanes(tile));
    float[] source = exponentials[tile];
    for (int pixel = start; pixel < end; pixel++) {
      block.values[pixel - start] = source[(pixel << shift) + lane];
    }
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
