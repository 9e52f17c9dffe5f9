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

  private final int axes;
  // One array an axis: chains are listed one axis after another, and what that reads fits a cache.
  private final int[][] next; // [axis][vertex]
  private final byte[][] hasPrevious; // [axis][vertex], 0 or 1
  private int filled;

  VertexLinks(int axes) {
    this.axes = axes;
    next = new int[axes][0];
    hasPrevious = new byte[axes][0];
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
    for (int axis = 0; axis < axes; axis++) {
      if (wanted > next[axis].length) {
        int capacity = Math.max(wanted, next[axis].length / 4 * 5);
        next[axis] = Arrays.copyOf(next[axis], capacity);
        hasPrevious[axis] = Arrays.copyOf(hasPrevious[axis], capacity);
      }
      Arrays.fill(next[axis], filled, wanted, ABSENT);
      Arrays.fill(hasPrevious[axis], filled, wanted, (byte) 0);
    }
    filled = wanted;
  }

  void link(int vertex, int axis, int neighbour) {
    next[axis][vertex] = neighbour;
    hasPrevious[axis][neighbour] = 1;
  }

  /** Copies the links of another's vertices [from, to), which have other numbers here. */
  void copy(VertexLinks other, int[] numberHere, int from, int to) {
    for (int axis = 0; axis < axes; axis++) {
      for (int vertex = from; vertex < to; vertex++) {
        int neighbour = other.next[axis][vertex];
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
    long[] above = new long[BLOCK];
    long[] keys = new long[BLOCK + 1];
    int[] vertices = new int[BLOCK + 1];
    for (int start = from; start < to; start += BLOCK) {
      int count = Math.min(to - start, BLOCK);
      for (int i = 0; i < count; i++) {
        above[i] = embedding.above(table.key(start + i));
      }
      for (int axis = 0; axis < axes; axis++) {
        int[] linked = next[axis];
        int candidates = 0;
        for (int i = 0; i < count; i++) {
          long key = embedding.back(above[i], axis);
          keys[candidates] = key;
          vertices[candidates] = start + i;
          candidates += linked[start + i] >>> 31 & table.mayContain(key);
        }
        for (int i = 0; i < candidates; i++) {
          int found = table.find(keys[i]);
          if (found != ABSENT) {
            link(vertices[i], axis, found);
          }
        }
      }
    }
  }

  /** Lists the chains along an axis, the short ones branch-free. */
  void chain(int vertices, int axis, Chains chains) {
    int[] linked = next[axis];
    byte[] preceded = hasPrevious[axis];
    int[] heads = new int[BLOCK + 1];
    int[] chain = new int[Chains.LISTED + 1];
    chains.clear();
    for (int start = 0; start < vertices; start += BLOCK) {
      int count = 0;
      int end = Math.min(vertices, start + BLOCK);
      for (int vertex = start; vertex < end; vertex++) {
        heads[count] = vertex;
        count += ~linked[vertex] >>> 31 & ~preceded[vertex];
      }
      for (int length = 2; length <= SHORT; length++) {
        count = take(length, heads, count, linked, chains);
      }
      for (int i = 0; i < count; i++) {
        chain = follow(heads[i], linked, chain, chains);
      }
    }
    chains.cut();
  }

  /** Lists the chains of one length and keeps the heads of longer ones; none may be shorter. */
  private static int take(int length, int[] heads, int count, int[] linked, Chains chains) {
    int[] list = chains.reserve(length, length * (count + 1));
    int at = chains.entries(length);
    int left = 0;
    for (int i = 0; i < count; i++) {
      int vertex = heads[i];
      heads[left] = vertex;
      for (int place = at; place < at + length; place++) {
        list[place] = vertex;
        vertex = linked[vertex];
      }
      int ends = vertex >>> 31;
      at += length * ends;
      left += 1 - ends;
    }
    chains.setEntries(length, at);
    return left;
  }

  private static int[] follow(int head, int[] linked, int[] scratch, Chains chains) {
    int[] chain = scratch;
    int length = 0;
    for (int at = head; at != ABSENT; at = linked[at]) {
      if (length == chain.length) {
        chain = Arrays.copyOf(chain, 2 * length);
      }
      chain[length++] = at;
    }
    chains.add(chain, length);
    return chain;
  }
}
