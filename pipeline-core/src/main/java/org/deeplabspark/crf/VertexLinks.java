package org.deeplabspark.crf;

import java.util.Arrays;

/**
 * Each vertex's next neighbour along each axis, and the chains that follow from them.
 *
 * <p>Consecutive corners of a simplex are neighbours, so most links come free with the pixels; the
 * others are looked up. Several threads may set links at once: whoever sets one sets the same.
 */
final class VertexLinks {

  private static final int ABSENT = VertexTable.ABSENT;
  private static final int STEP = 1 << 10;
  private static final int BLOCK = 128; // vertices
  private static final int STRIDE = 8; // of hasPrevious: a power of two

  private final int axes;
  private int[] next = new int[0]; // [vertex][axis]
  private byte[] hasPrevious = new byte[0]; // [vertex][STRIDE], 0 or 1
  private int filled;

  VertexLinks(int axes) {
    this.axes = axes;
  }

  void clear() {
    filled = 0;
  }

  /** Makes room for this many vertices, new ones without links. */
  void grow(int vertices) {
    if (vertices <= filled) {
      return;
    }
    int wanted = (vertices + STEP) & -STEP;
    if (wanted * STRIDE > hasPrevious.length) {
      int capacity = Math.max(wanted, hasPrevious.length / STRIDE / 2 * 3);
      next = Arrays.copyOf(next, Math.multiplyExact(capacity, axes));
      hasPrevious = Arrays.copyOf(hasPrevious, Math.multiplyExact(capacity, STRIDE));
    }
    Arrays.fill(next, filled * axes, wanted * axes, ABSENT);
    Arrays.fill(hasPrevious, filled * STRIDE, wanted * STRIDE, (byte) 0);
    filled = wanted;
  }

  void link(int vertex, int axis, int neighbour) {
    next[vertex * axes + axis] = neighbour;
    hasPrevious[neighbour * STRIDE + axis] = 1;
  }

  /** Takes over the links of another's vertices [from, to), which have other numbers here. */
  void takeOver(VertexLinks other, int[] numberHere, int from, int to) {
    for (int vertex = from; vertex < to; vertex++) {
      for (int axis = 0; axis < axes; axis++) {
        int neighbour = other.next[vertex * axes + axis];
        if (neighbour != ABSENT) {
          link(numberHere[vertex], axis, numberHere[neighbour]);
        }
      }
    }
  }

  /**
   * Looks up the links of vertices [from, to) that no simplex gave. Whether there is one is a toss
   * of a coin, so a block's candidates are gathered without a branch before any is looked up.
   */
  void completeFrom(VertexTable table, Embedding embedding, int from, int to) {
    long[] keys = new long[BLOCK * axes + 1];
    int[] places = new int[BLOCK * axes + 1]; // vertex * STRIDE + axis
    for (int start = from; start < to; start += BLOCK) {
      int candidates = 0;
      int end = Math.min(to, start + BLOCK);
      for (int vertex = start; vertex < end; vertex++) {
        long above = embedding.above(table.key(vertex));
        for (int axis = 0; axis < axes; axis++) {
          long key = embedding.back(above, axis);
          keys[candidates] = key;
          places[candidates] = vertex * STRIDE + axis;
          candidates += next[vertex * axes + axis] >>> 31 & table.mayContain(key);
        }
      }
      for (int i = 0; i < candidates; i++) {
        int found = table.find(keys[i]);
        if (found != ABSENT) {
          link(places[i] / STRIDE, places[i] % STRIDE, found);
        }
      }
    }
  }

  /** Lists the chains along an axis; without branches, likewise, up to chains of three. */
  void chain(int vertices, int axis, Chains chains) {
    int[] heads = new int[BLOCK + 1];
    chains.clear();
    for (int start = 0; start < vertices; start += BLOCK) {
      int count = 0;
      int end = Math.min(vertices, start + BLOCK);
      for (int vertex = start; vertex < end; vertex++) {
        heads[count] = vertex;
        count += ~next[vertex * axes + axis] >>> 31 & ~hasPrevious[vertex * STRIDE + axis];
      }
      chains.reserve(count);
      count = takePairs(heads, count, axis, chains);
      count = takeTriples(heads, count, axis, chains);
      for (int i = 0; i < count; i++) {
        follow(heads[i], axis, chains);
      }
    }
    chains.cut();
  }

  private int takePairs(int[] heads, int count, int axis, Chains chains) {
    int[] pairs = chains.pairs;
    int at = chains.pairEntries;
    int left = 0;
    for (int i = 0; i < count; i++) {
      int head = heads[i];
      int second = next[head * axes + axis];
      int ends = next[second * axes + axis] >>> 31;
      pairs[at] = head;
      pairs[at + 1] = second;
      at += 2 * ends;
      heads[left] = head;
      left += 1 - ends;
    }
    chains.pairEntries = at;
    return left;
  }

  private int takeTriples(int[] heads, int count, int axis, Chains chains) {
    int[] triples = chains.triples;
    int at = chains.tripleEntries;
    int left = 0;
    for (int i = 0; i < count; i++) {
      int head = heads[i];
      int second = next[head * axes + axis];
      int third = next[second * axes + axis];
      int ends = next[third * axes + axis] >>> 31;
      triples[at] = head;
      triples[at + 1] = second;
      triples[at + 2] = third;
      at += 3 * ends;
      heads[left] = head;
      left += 1 - ends;
    }
    chains.tripleEntries = at;
    return left;
  }

  private void follow(int head, int axis, Chains chains) {
    int at = head;
    for (int after = next[at * axes + axis]; after != ABSENT; after = next[at * axes + axis]) {
      chains.add(at);
      at = after;
    }
    chains.add(~at);
  }
}
