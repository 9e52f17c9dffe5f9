package org.deeplabspark.crf;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The planar lattice of a gaussian kernel as dense rows, without a hash table: vertex (k0, k1, k2)
 * is in row -k2 at place (k0 - k2) / 3, and its neighbours are at constant distances. Rows are
 * staggered: every second one starts one place later.
 *
 * <p>Only the image's size and the deviations matter. Vertices that no pixel touches are holes,
 * which are set to 0 after every axis; there are none inside where xStd is at least 0.6 and yStd at
 * least 1.
 */
final class RowLattice implements Lattice {

  /** Vertices of padding on either side of a row, always 0. */
  static final int MARGIN = 2;

  /** Factor that a slice is multiplied by: 1 / (1 + 2^-2). */
  static final float ALPHA = 0.8f;

  private static final float SMALLEST_DEVIATION = 0.5f;

  private final EmbeddingKernels embeddingKernels;
  private RowStream[] streams = new RowStream[0]; // [worker]
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

  RowLattice(EmbeddingKernels embeddingKernels) {
    this.embeddingKernels = embeddingKernels;
  }

  /** Whether rows suit a kernel: with very small deviations they would consist of holes. */
  static boolean suits(PairwiseKernel kernel) {
    return kernel instanceof PairwiseKernel.Gaussian g
        && g.xStd() >= SMALLEST_DEVIATION
        && g.yStd() >= SMALLEST_DEVIATION;
  }

  /** One thread builds it, while others merge a hashed lattice. */
  @Override
  public List<ThreadTeam.Stage> build(Features features, int threads) {
    return List.of(ThreadTeam.Stage.EMPTY, new ThreadTeam.Stage(1, all -> build(features)));
  }

  private void build(Features features) {
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
    embed(features);
    placeInRing();
  }

  /** Finds the rows and places of all corners. */
  private void embed(Features features) {
    Embedding embedding = new Embedding(features, embeddingKernels);
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

  /** Converts rows and places to positions in a ring of rows, and finds the holes. */
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
    // read up to 5 rows of a level and write a 6th; rows of pixels are sliced as early as possible.
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

  @Override
  public void reserve(int lanes, int threads) {
    if (streams.length < threads) {
      streams = new RowStream[threads];
      Arrays.setAll(streams, worker -> new RowStream(this));
    }
  }

  @Override
  public void filter(TilePass pass, ThreadTeam team, PixelRange complete) {
    int bands = bands(team);
    int lanes = pass.kernels().lanes();
    team.run(
        bands,
        (band, worker) -> {
          int from = firstRow(band, bands) * width;
          int to = firstRow(band + 1, bands) * width;
          Arrays.fill(pass.out(), from * lanes, to * lanes, 0);
          streamBand(pass, band, bands, worker);
          complete.accept(from, to);
        });
  }

  /** Number of bands to stream in: it changes no bit, but each band begins some rows early. */
  static int bands(ThreadTeam team) {
    return team.threads() == 1 ? 1 : 2 * team.threads();
  }

  private int firstRow(int band, int bands) {
    return (int) ((long) height * band / bands);
  }

  /** A pass over one band of rows. */
  void streamBand(TilePass pass, int band, int bands, int worker) {
    streams[worker].filter(pass, firstRow(band, bands), firstRow(band + 1, bands), y -> {});
  }

  /**
   * A pass over all rows on one thread; out may be q.
   *
   * @param firstUse is told of each row before it is overwritten
   */
  void stream(TilePass pass, IntConsumer firstUse) {
    streams[0].filter(pass, 0, height, firstUse);
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** Number of rows; those outside [0, rows) are empty. */
  int rows() {
    return rows;
  }

  /** Lowest row that a row of pixels touches; grows with y. */
  int lowestRow(int y) {
    return lowestRow[y];
  }

  /** Highest row that a row of pixels touches; grows with y. */
  int highestRow(int y) {
    return highestRow[y];
  }

  /** Number of rows kept at once, a power of two: row r is at r modulo this. */
  int ring() {
    return ring;
  }

  /** Columns of a row, margins included. */
  int stride() {
    return count + 2 * MARGIN;
  }

  /** Vertices of a row, from column {@link #MARGIN} on; holes included. */
  int count() {
    return count;
  }

  /** By how many places a row starts later than row 0. */
  static int stagger(int row) {
    return row >> 1;
  }

  /** Positions in the ring, with weights. */
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

  @Override
  public int size() {
    return rows * count - holesFrom[rows];
  }
}
