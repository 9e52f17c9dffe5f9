package org.deeplabspark.crf;

import java.util.Arrays;

/**
 * The planar lattice of a gaussian kernel as dense rows, without a hash table: vertex (k0, k1, k2)
 * stands in row -k2 at place (k0 - k2) / 3, and its neighbours stand at constant distances. Rows
 * are staggered: every second one starts one place later.
 *
 * <p>Only the image's size and the deviations matter. Vertices that no pixel touches are holes,
 * which are set to 0 after every axis; there are none inside where xStd is at least 0.6 and yStd at
 * least 1.
 */
final class RowLattice {

  /** Vertices of room on either side of a row, always 0. */
  static final int MARGIN = 2;

  /** Factor that a slice is multiplied with: 1 / (1 + 2^-2). */
  static final float ALPHA = 0.8f;

  private static final float SMALLEST_DEVIATION = 0.5f;

  private int width;
  private int height;
  private int[] lowestRow = new int[0]; // [pixel row]
  private int[] highestRow = new int[0]; // [pixel row]
  private Corners corners = new Corners(3, new int[0], new float[0]);
  private byte[] rowOf = new byte[0]; // of a corner, from its pixel row's lowest on
  private boolean[] touched = new boolean[0];
  private int rows;
  private int count; // vertices of a row, holes included
  private int ring;
  private int[] holesFrom = new int[0]; // [lattice row] into holes
  private int[] holes = new int[0]; // columns

  /** Builds the lattice of images of one size; arrays are kept and grow where they must. */
  void build(Features features, EmbeddingKernels kernels) {
    width = features.width();
    height = features.height();
    if (lowestRow.length < height) {
      lowestRow = new int[height];
      highestRow = new int[height];
    }
    int entries = Math.multiplyExact(width * height, 3);
    if (rowOf.length < entries) {
      corners = new Corners(3, new int[entries], new float[entries]);
      rowOf = new byte[entries];
    }
    embed(features, kernels);
    placeInRing();
  }

  /** Whether rows are the better way: with very small deviations they consist of holes. */
  static boolean suits(PairwiseKernel.Gaussian kernel) {
    return kernel.xStd() >= SMALLEST_DEVIATION && kernel.yStd() >= SMALLEST_DEVIATION;
  }

  /** Finds rows and places. */
  private void embed(Features features, EmbeddingKernels kernels) {
    Embedding embedding = new Embedding(features, kernels);
    int[] row = new int[3 * width];
    int[] along = new int[width]; // axis 0
    int[] across = new int[width]; // axis 2
    int[] places = corners.vertices();
    for (int y = 0; y < height; y++) {
      int lowest = Integer.MAX_VALUE;
      int highest = Integer.MIN_VALUE;
      int first = 3 * y * width;
      embedding.embed(features, y);
      embedding.readWeights(width, corners.weights(), first);
      for (int corner = 0; corner < 3; corner++) {
        embedding.readMultiples(0, corner, width, along);
        embedding.readMultiples(2, corner, width, across);
        for (int x = 0; x < width; x++) {
          int here = -(3 * across[x] + corner);
          row[3 * x + corner] = here;
          places[first + 3 * x + corner] = along[x] - across[x];
          lowest = Math.min(lowest, here);
          highest = Math.max(highest, here);
        }
      }
      lowestRow[y] = lowest;
      highestRow[y] = highest;
      for (int i = 0; i < row.length; i++) {
        rowOf[first + i] = (byte) (row[i] - lowest);
      }
    }
  }

  /** Turns rows and places into positions in a ring of rows, and finds the holes. */
  private void placeInRing() {
    int firstRow = Integer.MAX_VALUE;
    int lastRow = Integer.MIN_VALUE;
    for (int y = 0; y < height; y++) {
      firstRow = Math.min(firstRow, lowestRow[y]);
      lastRow = Math.max(lastRow, highestRow[y]);
    }
    rows = lastRow + 1 - firstRow;
    int tallest = 0; // lattice rows of a pixel row
    for (int y = 0; y < height; y++) {
      lowestRow[y] -= firstRow;
      highestRow[y] -= firstRow;
      tallest = Math.max(tallest, highestRow[y] + 1 - lowestRow[y]);
    }
    int smallest = Integer.MAX_VALUE;
    int largest = Integer.MIN_VALUE;
    int[] places = corners.vertices();
    int entriesOfRow = 3 * width;
    for (int y = 0; y < height; y++) {
      for (int entry = y * entriesOfRow; entry < (y + 1) * entriesOfRow; entry++) {
        places[entry] -= stagger(lowestRow[y] + rowOf[entry]);
        smallest = Math.min(smallest, places[entry]);
        largest = Math.max(largest, places[entry]);
      }
    }
    count = largest - smallest + 1;
    // While a row of pixels is splatted the first blur still needs 2 rows before its own; the blurs
    // read up to 5 rows of a level and write a 6th; rows of pixels are sliced as soon as they can
    // be.
    int needed = Math.max(tallest + 2, 6);
    ring = 2 * Integer.highestOneBit(needed - 1);
    int size = Math.multiplyExact(rows, count);
    if (touched.length < size) {
      touched = new boolean[size];
    }
    Arrays.fill(touched, 0, size, false);
    for (int y = 0; y < height; y++) {
      for (int entry = y * entriesOfRow; entry < (y + 1) * entriesOfRow; entry++) {
        int column = places[entry] - smallest;
        int row = lowestRow[y] + rowOf[entry];
        touched[row * count + column] = true;
        places[entry] = (row & (ring - 1)) * stride() + MARGIN + column;
      }
    }
    listHoles();
  }

  private void listHoles() {
    if (holesFrom.length <= rows) {
      holesFrom = new int[rows + 1];
    }
    int found = 0;
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < count; i++) {
        if (!touched[row * count + i]) {
          holes = found < holes.length ? holes : Arrays.copyOf(holes, 2 * found + 64);
          holes[found++] = MARGIN + i;
        }
      }
      holesFrom[row + 1] = found;
    }
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** Number of rows; those before 0 and from here on are empty. */
  int rows() {
    return rows;
  }

  /** Lowest row that a row of pixels meets; grows with y. */
  int lowestRow(int y) {
    return lowestRow[y];
  }

  /** Highest row that a row of pixels meets; grows with y. */
  int highestRow(int y) {
    return highestRow[y];
  }

  /** Rows that are kept at once: row r stands at r modulo this, a power of two. */
  int ring() {
    return ring;
  }

  /** Columns of a row with its margins. */
  int stride() {
    return count + 2 * MARGIN;
  }

  /** Vertices of a row, from column {@link #MARGIN} on; holes included. */
  int count() {
    return count;
  }

  /** How many places later than row 0 a row starts. */
  static int stagger(int row) {
    return row >> 1;
  }

  /** Positions in the ring and weights. */
  Corners corners() {
    return corners;
  }

  int holesFrom(int row) {
    return holesFrom[row];
  }

  /** Column of a hole. */
  int hole(int index) {
    return holes[index];
  }

  /** Number of vertices. */
  int size() {
    return rows * count - holesFrom[rows];
  }
}
