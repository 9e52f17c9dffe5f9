package org.deeplabspark.crf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplabspark.tensor.FeatureMap;

/**
 * The live labels' marginals and energies, a tile at a time, and one number a pixel for all the
 * others. Arrays are kept from image to image and grow where they must.
 */
final class Tiles {

  /** Energies are cut off here: exp(-60) is nothing beside 1, and no product of it is denormal. */
  static final float LOWEST = -60;

  /** Parts that per-pixel work is cut into, for any number of threads. */
  static final int PARTS = 16;

  // Vector kernels read whole vectors of per-pixel values.
  private static final int ROOM = 64;

  private final KernelChoice choice;
  private int pixels;
  private TileLayout layout;
  private float[][] q = new float[0][];
  private float[][] u = new float[0][];
  private float[] spare = new float[0];
  private float[] smallest = new float[0];
  private float[] rest = new float[0];
  private float[] z = new float[0];
  private final List<LaneMaxima[]> scratch = new ArrayList<>(); // [worker][tile]
  private LaneMaxima[] maxima = new LaneMaxima[0];

  Tiles(KernelChoice choice) {
    this.choice = choice;
  }

  void start(FeatureMap unary) {
    pixels = unary.planeSize();
    if (z.length < pixels + ROOM) {
      smallest = new float[pixels + ROOM];
      rest = new float[pixels + ROOM];
      z = new float[pixels + ROOM];
    }
    Arrays.fill(rest, 0);
    float[] values = unary.values();
    System.arraycopy(values, 0, smallest, 0, pixels);
    for (int label = 1; label < unary.channels(); label++) {
      int plane = label * pixels;
      for (int pixel = 0; pixel < pixels; pixel++) {
        smallest[pixel] = Math.min(smallest[pixel], values[plane + pixel]);
      }
    }
  }

  TileLayout layout() {
    return layout;
  }

  int pixels() {
    return pixels;
  }

  TileKernels kernels(int tile) {
    return choice.forLanes(layout.lanes(tile));
  }

  float[] q(int tile) {
    return q[tile];
  }

  /** -(U - min U) of each label in the tile. */
  float[] u(int tile) {
    return u[tile];
  }

  float[] spare() {
    return spare;
  }

  /** Makes the spare array the tile's marginals, and those the spare. */
  void swap(int tile) {
    float[] old = q[tile];
    q[tile] = spare;
    spare = old;
  }

  /** Largest marginals of a tile after the last softmax. */
  LaneMaxima maxima(int tile) {
    return maxima[tile];
  }

  /** exp(u) of a label at a pixel before its share is taken. */
  private float energy(FeatureMap unary, int label, int pixel) {
    return Math.max(LOWEST, smallest[pixel] - unary.values()[label * pixels + pixel]);
  }

  /** Largest of exp(u) of a label: at the start its marginal is nowhere larger. */
  float largestAtStart(FeatureMap unary, int label) {
    float[] values = unary.values();
    int plane = label * pixels;
    float nearest = Float.POSITIVE_INFINITY;
    for (int pixel = 0; pixel < pixels; pixel++) {
      nearest = Math.min(nearest, values[plane + pixel] - smallest[pixel]);
    }
    return ScalarTileKernels.exp(Math.max(LOWEST, -nearest));
  }

  /** Lays out the labels there are at the start; their marginals are not yet known. */
  void layOut(FeatureMap unary, int[] labels) {
    layout = new TileLayout(labels, choice.widest());
    reserve();
    for (int tile = 0; tile < layout.tiles(); tile++) {
      fillEnergies(unary, tile);
      System.arraycopy(u[tile], 0, q[tile], 0, pixels * layout.lanes(tile));
    }
    boolean[] live = new boolean[unary.channels()];
    for (int label : labels) {
      live[label] = true;
    }
    Arrays.fill(rest, 0, pixels, 0);
    for (int label = 0; label < live.length; label++) {
      if (!live[label]) {
        addToRest(unary, label);
      }
    }
  }

  private void addToRest(FeatureMap unary, int label) {
    for (int pixel = 0; pixel < pixels; pixel++) {
      rest[pixel] += ScalarTileKernels.exp(energy(unary, label, pixel));
    }
  }

  private void fillEnergies(FeatureMap unary, int tile) {
    int lanes = layout.lanes(tile);
    float[] energies = u[tile];
    for (int lane = 0; lane < lanes; lane++) {
      boolean padding = lane >= layout.labelsIn(tile);
      int label = padding ? 0 : layout.label(tile, lane);
      for (int pixel = 0; pixel < pixels; pixel++) {
        energies[pixel * lanes + lane] = padding ? LOWEST : energy(unary, label, pixel);
      }
    }
  }

  private void reserve() {
    int tiles = layout.tiles();
    if (q.length < tiles) {
      int had = q.length;
      q = Arrays.copyOf(q, tiles);
      u = Arrays.copyOf(u, tiles);
      for (int tile = had; tile < tiles; tile++) {
        q[tile] = new float[0];
        u[tile] = new float[0];
      }
    }
    int widest = 0;
    for (int tile = 0; tile < tiles; tile++) {
      int needed = Math.multiplyExact(pixels, layout.lanes(tile)) + ROOM;
      widest = Math.max(widest, needed);
      if (u[tile].length < needed) {
        u[tile] = new float[needed];
      }
    }
    // Any of q may become the spare, so all are as long as the longest.
    for (int tile = 0; tile < tiles; tile++) {
      if (q[tile].length < widest) {
        q[tile] = new float[widest];
      }
    }
    if (spare.length < widest) {
      spare = new float[widest];
    }
  }

  /** First pixel of a part; whole groups of pixels, so that vector kernels cut none. */
  static int cut(int pixels, int part) {
    return part == PARTS ? pixels : (int) ((long) pixels * part / PARTS) & -16;
  }

  /** Turns the energies in q into marginals. */
  void softmax(Crew crew) {
    while (scratch.size() < crew.threads()) {
      scratch.add(new LaneMaxima[0]);
    }
    for (int worker = 0; worker < crew.threads(); worker++) {
      scratch.set(worker, cleared(scratch.get(worker), layout.tiles()));
    }
    crew.run(
        PARTS,
        (part, worker) -> softmax(cut(pixels, part), cut(pixels, part + 1), scratch.get(worker)));
    maxima = scratch.get(0);
    for (int worker = 1; worker < crew.threads(); worker++) {
      for (int tile = 0; tile < layout.tiles(); tile++) {
        maxima[tile].add(scratch.get(worker)[tile]);
      }
    }
  }

  private static LaneMaxima[] cleared(LaneMaxima[] some, int tiles) {
    LaneMaxima[] enough = some.length < tiles ? Arrays.copyOf(some, tiles) : some;
    for (int tile = 0; tile < tiles; tile++) {
      if (enough[tile] == null) {
        enough[tile] = new LaneMaxima();
      }
      enough[tile].clear();
    }
    return enough;
  }

  private void softmax(int from, int to, LaneMaxima[] largest) {
    if (layout.tiles() == 1) {
      kernels(0).softmax(q[0], rest, z, from, to, largest[0]);
      return;
    }
    System.arraycopy(rest, from, z, from, to - from);
    for (int tile = 0; tile < layout.tiles(); tile++) {
      kernels(tile).exponentiate(q[tile], z, from, to, largest[tile]);
    }
    for (int tile = 0; tile < layout.tiles(); tile++) {
      kernels(tile).normalize(q[tile], rest, z, from, to, largest[tile]);
    }
  }

  /** Moves to another layout; a label that was not laid out comes in with exp(u) / z. */
  void moveTo(FeatureMap unary, int[] labels) {
    TileLayout old = layout;
    float[] planes = new float[old.labels().length * pixels];
    int row = 0;
    int[] planeOf = new int[unary.channels()];
    Arrays.fill(planeOf, -1);
    for (int tile = 0; tile < old.tiles(); tile++) {
      for (int lane = 0; lane < old.labelsIn(tile); lane++, row++) {
        planeOf[old.label(tile, lane)] = row;
        for (int pixel = 0; pixel < pixels; pixel++) {
          planes[row * pixels + pixel] = q[tile][pixel * old.lanes(tile) + lane];
        }
      }
    }
    float[] partition = Arrays.copyOf(z, pixels);
    layOut(unary, labels);
    for (int tile = 0; tile < layout.tiles(); tile++) {
      int lanes = layout.lanes(tile);
      Arrays.fill(q[tile], 0, pixels * lanes, 0);
      for (int lane = 0; lane < layout.labelsIn(tile); lane++) {
        int plane = planeOf[layout.label(tile, lane)];
        for (int pixel = 0; pixel < pixels; pixel++) {
          q[tile][pixel * lanes + lane] =
              plane >= 0
                  ? planes[plane * pixels + pixel]
                  : ScalarTileKernels.exp(energy(unary, layout.label(tile, lane), pixel))
                      / partition[pixel];
        }
      }
    }
  }

  /** Largest marginal of a label that is not laid out. */
  float largestOfRetired(FeatureMap unary, int label) {
    float largest = 0;
    for (int pixel = 0; pixel < pixels; pixel++) {
      largest = Math.max(largest, ScalarTileKernels.exp(energy(unary, label, pixel)) / z[pixel]);
    }
    return largest;
  }

  /** The marginals of all labels. */
  void write(FeatureMap unary, FeatureMap marginals) {
    float[] values = marginals.values();
    boolean[] live = new boolean[unary.channels()];
    for (int tile = 0; tile < layout.tiles(); tile++) {
      int lanes = layout.lanes(tile);
      for (int lane = 0; lane < layout.labelsIn(tile); lane++) {
        int label = layout.label(tile, lane);
        live[label] = true;
        for (int pixel = 0; pixel < pixels; pixel++) {
          values[label * pixels + pixel] = q[tile][pixel * lanes + lane];
        }
      }
    }
    for (int label = 0; label < live.length; label++) {
      for (int pixel = 0; pixel < pixels && !live[label]; pixel++) {
        values[label * pixels + pixel] =
            ScalarTileKernels.exp(energy(unary, label, pixel)) / z[pixel];
      }
    }
  }
}
