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

  private static final int BLOCK = 512; // pixels that stay in the nearest cache

  private final KernelChoice choice;
  private final float[] block = new float[BLOCK];
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
    layOutEnergies(unary, labels);
    for (int tile = 0; tile < layout.tiles(); tile++) {
      System.arraycopy(u[tile], 0, q[tile], 0, pixels * layout.lanes(tile));
    }
    Arrays.fill(rest, 0, pixels, 0);
    for (int label = 0; label < unary.channels(); label++) {
      if (Arrays.binarySearch(labels, label) < 0) {
        addToRest(unary, label);
      }
    }
  }

  private void layOutEnergies(FeatureMap unary, int[] labels) {
    layout = new TileLayout(labels, choice.widest());
    reserve();
    for (int tile = 0; tile < layout.tiles(); tile++) {
      fillEnergies(unary, tile);
    }
  }

  /** exp(u) of a label for pixels [from, to), at the start of the block. */
  private void weights(FeatureMap unary, int label, int from, int to) {
    float[] values = unary.values();
    int plane = label * pixels;
    for (int pixel = from; pixel < to; pixel++) {
      block[pixel - from] = Math.max(LOWEST, smallest[pixel] - values[plane + pixel]);
    }
    for (int i = 0; i < to - from; i++) {
      block[i] = ScalarTileKernels.exp(block[i]);
    }
  }

  private void addToRest(FeatureMap unary, int label) {
    for (int from = 0; from < pixels; from += BLOCK) {
      int to = Math.min(pixels, from + BLOCK);
      weights(unary, label, from, to);
      for (int pixel = from; pixel < to; pixel++) {
        rest[pixel] += block[pixel - from];
      }
    }
  }

  private void fillEnergies(FeatureMap unary, int tile) {
    int lanes = layout.lanes(tile);
    float[] values = unary.values();
    float[] energies = u[tile];
    for (int from = 0; from < pixels; from += BLOCK) {
      int to = Math.min(pixels, from + BLOCK);
      for (int lane = 0; lane < lanes; lane++) {
        if (lane >= layout.labelsIn(tile)) {
          for (int pixel = from; pixel < to; pixel++) {
            energies[pixel * lanes + lane] = LOWEST;
          }
          continue;
        }
        int plane = layout.label(tile, lane) * pixels;
        for (int pixel = from; pixel < to; pixel++) {
          energies[pixel * lanes + lane] =
              Math.max(LOWEST, smallest[pixel] - values[plane + pixel]);
        }
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
    float[] planes = new float[labels.length * pixels];
    for (int i = 0; i < labels.length; i++) {
      copyMarginals(unary, labels[i], planes, i * pixels);
    }
    boolean onlyLeaving =
        Arrays.stream(labels).allMatch(label -> Arrays.binarySearch(layout.labels(), label) >= 0);
    if (onlyLeaving) {
      int[] old = layout.labels();
      layOutEnergies(unary, labels);
      for (int label : old) {
        if (Arrays.binarySearch(labels, label) < 0) {
          addToRest(unary, label);
        }
      }
    } else {
      layOut(unary, labels);
    }
    for (int tile = 0; tile < layout.tiles(); tile++) {
      int lanes = layout.lanes(tile);
      int first = tile * choice.widest();
      for (int from = 0; from < pixels; from += BLOCK) {
        int to = Math.min(pixels, from + BLOCK);
        for (int lane = 0; lane < lanes; lane++) {
          boolean padding = lane >= layout.labelsIn(tile);
          int plane = (first + lane) * pixels;
          for (int pixel = from; pixel < to; pixel++) {
            q[tile][pixel * lanes + lane] = padding ? 0 : planes[plane + pixel];
          }
        }
      }
    }
  }

  /** A label's marginals, laid out or not. */
  private void copyMarginals(FeatureMap unary, int label, float[] target, int at) {
    int index = Arrays.binarySearch(layout.labels(), label);
    if (index < 0) {
      for (int from = 0; from < pixels; from += BLOCK) {
        int to = Math.min(pixels, from + BLOCK);
        weights(unary, label, from, to);
        for (int pixel = from; pixel < to; pixel++) {
          target[at + pixel] = block[pixel - from] / z[pixel];
        }
      }
      return;
    }
    int tile = index / choice.widest();
    int lane = index % choice.widest();
    int lanes = layout.lanes(tile);
    float[] source = q[tile];
    for (int pixel = 0; pixel < pixels; pixel++) {
      target[at + pixel] = source[pixel * lanes + lane];
    }
  }

  /** Largest marginal of a label that is not laid out. */
  float largestOfRetired(FeatureMap unary, int label) {
    float largest = 0;
    for (int from = 0; from < pixels; from += BLOCK) {
      int to = Math.min(pixels, from + BLOCK);
      weights(unary, label, from, to);
      for (int pixel = from; pixel < to; pixel++) {
        largest = Math.max(largest, block[pixel - from] / z[pixel]);
      }
    }
    return largest;
  }

  /** The marginals of all labels. */
  void write(FeatureMap unary, FeatureMap marginals) {
    for (int label = 0; label < unary.channels(); label++) {
      copyMarginals(unary, label, marginals.values(), label * pixels);
    }
  }
}
