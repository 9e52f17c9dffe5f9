package org.deeplabspark.crf;

import java.util.Arrays;

/**
 * Each vertex's next neighbour along each axis, and the chains that follow from them.
 *
 * <p>Consecutive corners of a simplex are neighbours, so most links come free with the pixels; the
 * others are looked up.
 */
final class VertexLinks {

  private static final int NONE = VertexTable.ABSENT;

  private final int axes;
  private int[] next = new int[0]; // [vertex][axis]
  private byte[] hasPrevious = new byte[0]; // bit a: someone's next along axis a
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
      hasPrevious = Arrays.copyOf(hasPrevious, capacity);
    }
    if (vertices > filled) {
      Arrays.fill(next, filled * axes, vertices * axes, NONE);
      Arrays.fill(hasPrevious, filled, vertices, (byte) 0);
      filled = vertices;
    }
  }

  void link(int vertex, int axis, int neighbour) {
    next[vertex * axes + axis] = neighbour;
    hasPrevious[neighbour] |= (byte) (1 << axis);
  }

  /** Looks up the links that no simplex gave. */
  void completeFrom(VertexTable table, Embedding embedding) {
    for (int vertex = 0; vertex < filled; vertex++) {
      long key = table.key(vertex);
      for (int axis = 0; axis < axes; axis++) {
        if (next[vertex * axes + axis] == NONE) {
          int neighbour = table.find(embedding.next(key, axis));
          if (neighbour != NONE) {
            link(vertex, axis, neighbour);
          }
        }
      }
    }
  }

  void chain(Chains[] chains, int vertices) {
    for (int axis = 0; axis < axes; axis++) {
      chain(chains[axis], axis, vertices);
    }
  }

  private void chain(Chains chains, int axis, int vertices) {
    if (chains.pairs.length < vertices) {
      chains.pairs = new int[vertices + vertices / 2];
      chains.triples = new int[vertices + vertices / 2];
      chains.longer = new int[vertices + vertices / 2];
    }
    int pairs = 0;
    int triples = 0;
    int longer = 0;
    for (int vertex = 0; vertex < vertices; vertex++) {
      int second = next[vertex * axes + axis];
      if (second == NONE || ((hasPrevious[vertex] >> axis) & 1) != 0) {
        continue;
      }
      int third = next[second * axes + axis];
      if (third == NONE) {
        chains.pairs[pairs++] = vertex;
        chains.pairs[pairs++] = second;
        continue;
      }
      int fourth = next[third * axes + axis];
      if (fourth == NONE) {
        chains.triples[triples++] = vertex;
        chains.triples[triples++] = second;
        chains.triples[triples++] = third;
        continue;
      }
      for (int at = vertex; at != NONE; at = next[at * axes + axis]) {
        chains.longer[longer++] = at;
      }
      chains.longer[longer - 1] = ~chains.longer[longer - 1];
    }
    chains.pairEntries = pairs;
    chains.tripleEntries = triples;
    chains.longerEntries = longer;
    chains.cut();
  }
}
