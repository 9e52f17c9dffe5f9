package org.deeplabspark.crf;

import java.util.Arrays;

/**
 * Each vertex's next neighbour along each axis, and the chains that these links form.
 *
 * <p>Consecutive corners of a simplex are neighbours, so the pixels give most links; the others are
 * looked up. Several threads may set the same link at once, as all set the same value.
 */
final class VertexLinks {

  private static final int ABSENT = VertexTable.ABSENT;
  private static final int STEP = 1 << 10;
  private static final int BLOCK = 128; // vertices
  private static final int SHORT = 5; // vertices of a chain
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

  /** Allocates this many vertices, new ones without links. */
  void grow(int vertices) {
    if (vertices <= filled) {
      return;
    }
    int wanted = (vertices + STEP) & -STEP;
    if (wanted * STRIDE > hasPrevious.length) {
      int capacity = Math.max(wanted, hasPrevious.length / STRIDE / 4 * 5);
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

  /** Copies the links of another's vertices [from, to), which have other numbers here. */
  void copy(VertexLinks other, int[] numberHere, int from, int to) {
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
   * Looks up the links of vertices [from, to) that no simplex gave. Whether there is one cannot be
   * predicted, so a block's candidates are gathered branch-free before any is looked up.
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

  /** Lists the chains along an axis, the short ones branch-free. */
  void chain(int vertices, int axis, Chains chains) {
    int[] heads = new int[BLOCK + 1];
    int[] chain = new int[Chains.LISTED + 1];
    chains.clear();
    for (int start = 0; start < vertices; start += BLOCK) {
      int count = 0;
      int end = Math.min(vertices, start + BLOCK);
      for (int vertex = start; vertex < end; vertex++) {
        heads[count] = vertex;
        count += ~next[vertex * axes + axis] >>> 31 & ~hasPrevious[vertex * STRIDE + axis];
      }
      for (int length = 2; length <= SHORT; length++) {
        count = take(length, heads, count, axis, chains);
      }
      for (int i = 0; i < count; i++) {
        chain = follow(heads[i], axis, chain, chains);
      }
    }
    chains.cut();
  }

  /** Lists the chains of one length and keeps the heads of longer ones; none may be shorter. */
  private int take(int length, int[] heads, int count, int axis, Chains chains) {
    int[] list = chains.reserve(length, length * (count + 1));
    int at = chains.entries(length);
    int left = 0;
    for (int i = 0; i < count; i++) {
      int vertex = heads[i];
      heads[left] = vertex;
      for (int place = at; place < at + length; place++) {
        list[place] = vertex;
        vertex = next[vertex * axes + axis];
      }
      int ends = vertex >>> 31;
      at += length * ends;
      left += 1 - ends;
    }
    chains.setEntries(length, at);
    return left;
  }

  private int[] follow(int head, int axis, int[] scratch, Chains chains) {
    int[] chain = scratch;
    int length = 0;
    for (int at = head; at != ABSENT; at = next[at * axes + axis]) {
      if (length == chain.length) {
        chain = Arrays.copyOf(chain, 2 * length);
      }
      chain[length++] = at;
    }
    chains.add(chain, length);
    return chain;
  }
}
