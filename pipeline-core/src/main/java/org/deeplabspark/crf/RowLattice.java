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

  private static final int MOST_ROWS_OF_A_PIXEL_ROW = 4;

  private final Features features;
  private final int width;
  private final int height;
  private final int[] lowestRow; // [pixel row]
  private final int[] highestRow; // [pixel row]
  private final Corners corners;
  private int rows;
  private int count; // vertices of a row, holes included
  private int ring;
  private int[] holesFrom; // [lattice row] into holes
  private int[] holes; // columns

  RowLattice(PairwiseKernel.Gaussian kernel, Features features, EmbeddingKernels kernels) {
    if (!suits(kernel)) {
      throw new IllegalArgumentException("Invalid row lattice: deviations of " + kernel);
    }
    this.features = features;
    width = features.width();
    height = features.height();
    lowestRow = new int[height];
    highestRow = new int[height];
    int entries = Math.multiplyExact(width * height, 3);
    corners = new Corners(3, new int[entries], new float[entries]);
    int[] rowOf = new int[entries];
    embed(kernels, rowOf);
    placeInRing(rowOf);
  }

  /** Whether rows are the better way: with very small deviations they consist of holes. */
  static boolean suits(PairwiseKernel.Gaussian kernel) {
    return kernel.xStd() >= SMALLEST_DEVIATION && kernel.yStd() >= SMALLEST_DEVIATION;
  }

  /** Finds rows and places. */
  private void embed(EmbeddingKernels kernels, int[] rowOf) {
    Embedding embedding = new Embedding(features, kernels);
    int entry = 0;
    for (int y = 0; y < height; y++) {
      lowestRow[y] = Integer.MAX_VALUE;
      highestRow[y] = Integer.MIN_VALUE;
      embedding.embed(features, y);
      for (int x = 0; x < width; x++) {
        embedding.read(x, corners.weights(), entry);
        for (int corner = 0; corner < 3; corner++, entry++) {
          int row = -embedding.coordinate(2, corner);
          rowOf[entry] = row;
          corners.vertices()[entry] = (embedding.coordinate(0, corner) + row) / 3;
          lowestRow[y] = Math.min(lowestRow[y], row);
          highestRow[y] = Math.max(highestRow[y], row);
        }
      }
    }
  }

  /** Turns rows and places into positions in a ring of rows, and finds the holes. */
  private void placeInRing(int[] rowOf) {
    int firstRow = Arrays.stream(lowestRow).min().getAsInt();
    rows = Arrays.stream(highestRow).max().getAsInt() + 1 - firstRow;
    int smallest = Integer.MAX_VALUE;
    int largest = Integer.MIN_VALUE;
    int[] places = corners.vertices();
    for (int entry = 0; entry < rowOf.length; entry++) {
      rowOf[entry] -= firstRow;
      places[entry] -= stagger(rowOf[entry]);
      smallest = Math.min(smallest, places[entry]);
      largest = Math.max(largest, places[entry]);
    }
    count = largest - smallest + 1;
    int advance = 0;
    for (int y = 0; y < height; y++) {
      lowestRow[y] -= firstRow;
      highestRow[y] -= firstRow;
      advance = Math.max(advance, y == 0 ? 0 : highestRow[y] - highestRow[y - 1]);
    }
    // Blurs read up to 5 rows of a level while one row of pixels completes as many as it advances.
    int needed = advance + 5 + MOST_ROWS_OF_A_PIXEL_ROW;
    ring = 2 * Integer.highestOneBit(needed - 1);
    boolean[] touched = new boolean[Math.multiplyExact(rows, count)];
    for (int entry = 0; entry < rowOf.length; entry++) {
      int column = places[entry] - smallest;
      touched[rowOf[entry] * count + column] = true;
      places[entry] = (rowOf[entry] & (ring - 1)) * stride() + MARGIN + column;
    }
    listHoles(touched);
  }

  private void listHoles(boolean[] touched) {
    holesFrom = new int[rows + 1];
    holes = new int[0];
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
