package org.deeplabspark.crf;

import java.util.Arrays;

/**
 * Each vertex's next neighbour along each axis, and the chains that follow from them.
 *
 * <p>Consecutive corners of a simplex are neighbours, so most links come free with the pixels; the
 * others are looked up.
 */
final class VertexLinks {

  private final int axes;
  private int[] next = new int[0]; // [vertex][axis]
  private byte[] hasNext = new byte[0]; // bit a: along axis a
  private byte[] hasPrevious = new byte[0];
  private int filled;

  VertexLinks(int axes) {
    this.axes = axes;
  }

  void clear() {
    filled = 0;
  }

  /** Makes room for this many vertices, new ones without links. */
  void grow(int vertices) {
    if (vertices > hasPrevious.length) {
      int capacity = Math.max(vertices, 2 * hasPrevious.length);
      next = Arrays.copyOf(next, Math.multiplyExact(capacity, axes));
      hasNext = Arrays.copyOf(hasNext, capacity);
      hasPrevious = Arrays.copyOf(hasPrevious, capacity);
    }
    if (vertices > filled) {
      Arrays.fill(hasNext, filled, vertices, (byte) 0);
      Arrays.fill(hasPrevious, filled, vertices, (byte) 0);
      filled = vertices;
    }
  }

  void link(int vertex, int axis, int neighbour) {
    next[vertex * axes + axis] = neighbour;
    hasNext[vertex] |= (byte) (1 << axis);
    hasPrevious[neighbour] |= (byte) (1 << axis);
  }

  /** Looks up the links that no simplex gave. */
  void completeFrom(VertexTable table, Embedding embedding) {
    int all = (1 << axes) - 1;
    for (int vertex = 0; vertex < filled; vertex++) {
      long key = table.key(vertex);
      for (int open = ~hasNext[vertex] & all; open != 0; open &= open - 1) {
        int axis = Integer.numberOfTrailingZeros(open);
        long neighbour = embedding.next(key, axis);
        if (table.mayContain(neighbour)) {
          int found = table.find(neighbour);
          if (found != VertexTable.ABSENT) {
            link(vertex, axis, found);
          }
        }
      }
    }
  }

  /** Lists the chains along each axis. */
  void chain(Chains[] chains) {
    for (Chains axis : chains) {
      axis.clear();
    }
    for (int vertex = 0; vertex < filled; vertex++) {
      for (int heads = hasNext[vertex] & ~hasPrevious[vertex]; heads != 0; heads &= heads - 1) {
        int axis = Integer.numberOfTrailingZeros(heads);
        follow(chains[axis], axis, vertex);
      }
    }
    for (Chains axis : chains) {
      axis.cut();
    }
  }

  private void follow(Chains chains, int axis, int vertex) {
    int bit = 1 << axis;
    int second = next[vertex * axes + axis];
    if ((hasNext[second] & bit) == 0) {
      chains.addPair(vertex, second);
      return;
    }
    int third = next[second * axes + axis];
    if ((hasNext[third] & bit) == 0) {
      chains.addTriple(vertex, second, third);
      return;
    }
    chains.add(vertex);
    chains.add(second);
    int at = third;
    while ((hasNext[at] & bit) != 0) {
      chains.add(at);
      at = next[at * axes + axis];
    }
    chains.add(~at);
  }
}
