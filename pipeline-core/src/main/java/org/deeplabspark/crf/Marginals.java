package org.deeplabspark.crf;

import java.util.concurrent.atomic.LongAdder;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.tensor.FeatureMap;

/** Reads what tiles hold: marginals, exponentials over z, and their labels. */
final class Marginals {

  // Sums in units of 2^-32 are exact, so that they do not depend on the order of blocks.
  private static final double UNITS = 1L << 32;

  private final Tiles tiles;

  Marginals(Tiles tiles) {
    this.tiles = tiles;
  }

  private void read(int label, int from, int to, Block block) {
    tiles.read(label, from, to, block);
    System.arraycopy(tiles.z(), from, block.source, 0, to - from);
    for (int i = 0; i < to - from; i++) {
      block.values[i] /= block.source[i];
    }
  }

  /** Largest marginal of a label. */
  float largest(int label) {
    float[] largest = new float[1];
    tiles
        .energies()
        .forBlocks(
            0,
            tiles.pixels(),
            new Block(),
            (from, to, block) -> {
              read(label, from, to, block);
              for (int i = 0; i < to - from; i++) {
                largest[0] = Math.max(largest[0], block.values[i]);
              }
            });
    return largest[0];
  }

  /** Marginals of all labels. */
  FeatureMap all(int height, int width, ThreadTeam team) {
    FeatureMap marginals = FeatureMap.zeros(tiles.labels(), height, width);
    float[] target = marginals.values();
    tiles.runBlocks(
        team,
        (from, to, block) -> {
          for (int label = 0; label < tiles.labels(); label++) {
            read(label, from, to, block);
            System.arraycopy(block.values, 0, target, label * tiles.pixels() + from, to - from);
          }
        });
    return marginals;
  }

  /** The label with the largest marginal at each pixel, the first of equal ones. */
  Refined labels(int height, int width, ThreadTeam team) {
    byte[] labels = new byte[tiles.pixels()];
    byte[] raw = tiles.raw();
    LongAdder confidence = new LongAdder();
    LongAdder changed = new LongAdder();
    tiles.runBlocks(
        team,
        (from, to, block) -> {
          findLargest(from, to, block);
          compareOthers(from, to, block);
          System.arraycopy(block.raw, 0, labels, from, to - from);
          long sum = 0;
          int different = 0;
          for (int i = 0; i < to - from; i++) {
            sum += (long) (UNITS * (block.top[i] / tiles.z()[from + i]));
            different += block.raw[i] == raw[from + i] ? 0 : 1;
          }
          confidence.add(sum);
          changed.add(different);
        });
    int pixels = tiles.pixels();
    return new Refined(
        new LabelMask(width, height, labels),
        (float) (confidence.sum() / UNITS / pixels),
        (double) changed.sum() / pixels);
  }

  /** Sets the block's top to the largest exponential of the labels that are laid out. */
  private void findLargest(int from, int to, Block block) {
    float[] top = block.top;
    byte[] best = block.raw;
    TileLayout layout = tiles.layout();
    for (int tile = 0; tile < layout.tiles(); tile++) {
      float[] e = tiles.exponentials(tile);
      int lanes = layout.lanes(tile);
      int labels = layout.labelsIn(tile);
      for (int i = 0; i < to - from; i++) {
        int at = (from + i) * lanes;
        float largest = tile == 0 ? Float.NEGATIVE_INFINITY : top[i];
        int lane = -1;
        for (int l = 0; l < labels; l++) {
          if (e[at + l] > largest) {
            largest = e[at + l];
            lane = l;
          }
        }
        if (lane >= 0) {
          top[i] = largest;
          best[i] = (byte) layout.label(tile, lane);
        }
      }
    }
  }

  /** Looks at the other labels too, where all of them together are as large. */
  private void compareOthers(int from, int to, Block block) {
    float[] rest = tiles.softmax().rest();
    boolean possible = false;
    for (int i = 0; i < to - from; i++) {
      possible |= rest[from + i] >= block.top[i];
    }
    if (!possible) {
      return;
    }
    Block other = new Block(); // rare: a block's arrays are all in use
    for (int label = 0; label < tiles.labels(); label++) {
      if (!tiles.layout().contains(label)) {
        tiles.read(label, from, to, other);
        for (int i = 0; i < to - from; i++) {
          float e = other.values[i];
          boolean first = e == block.top[i] && label < (block.raw[i] & 0xff);
          if (e > block.top[i] || first) {
            block.top[i] = e;
            block.raw[i] = (byte) label;
          }
        }
      }
    }
  }
}
