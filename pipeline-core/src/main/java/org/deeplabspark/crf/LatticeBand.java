package org.deeplabspark.crf;

/**
 * A band of rows of a {@link HashedLattice}. Bands number their vertices independently, so that
 * they can be embedded in parallel, and are merged afterwards.
 */
final class LatticeBand {

  private static final int BLOCK = 64; // pixels

  private final int cornersPerPixel;
  private final VertexTable table = new VertexTable();
  private final VertexLinks links;
  private int[] firstOfRow = new int[0];
  private int[] numberInLattice = new int[0];
  private Embedding embedding;
  private int fromRow;
  private int toRow;
  private int vertices;

  LatticeBand(int cornersPerPixel) {
    this.cornersPerPixel = cornersPerPixel;
    links = new VertexLinks(cornersPerPixel);
  }

  VertexTable table() {
    return table;
  }

  VertexLinks links() {
    return links;
  }

  /** Embeds rows [from, to) and numbers their vertices from 0 on, in the order of first touch. */
  void embed(Features features, EmbeddingKernels kernels, Corners corners, int from, int to) {
    fromRow = from;
    toRow = to;
    int width = features.width();
    embedding = new Embedding(features, kernels);
    table.clear(width * (to - from));
    links.clear();
    firstOfRow = firstOfRow.length > to - from ? firstOfRow : new int[to - from + 1];
    long[] keys = new long[BLOCK * cornersPerPixel];
    int[] axes = new int[BLOCK * cornersPerPixel];
    int[] numbers = corners.vertices();
    for (int y = from; y < to; y++) {
      firstOfRow[y - from] = table.size();
      embedding.embed(features, y);
      embedding.readWeights(width, corners.weights(), y * width * cornersPerPixel);
      for (int start = 0; start < width; start += BLOCK) {
        int end = Math.min(width, start + BLOCK);
        int first = (y * width + start) * cornersPerPixel;
        int count = (end - start) * cornersPerPixel;
        for (int x = start; x < end; x++) {
          int place = (x - start) * cornersPerPixel;
          embedding.readKeys(x, keys, axes, place);
        }
        table.findOrAdd(keys, 0, count, numbers, first);
        links.grow(table.size());
        for (int place = 0; place < count; place += cornersPerPixel) {
          link(numbers, first + place, axes, place);
        }
      }
    }
    vertices = table.size();
    firstOfRow[to - from] = vertices;
  }

  private void link(int[] numbers, int entry, int[] axes, int place) {
    int last = cornersPerPixel - 1;
    for (int corner = 0; corner < last; corner++) {
      links.link(numbers[entry + corner], axes[place + corner], numbers[entry + corner + 1]);
    }
    links.link(numbers[entry + last], axes[place + last], numbers[entry]);
  }

  /** Adds the vertices of the band below, numbered as if its rows had been embedded here. */
  void append(LatticeBand below) {
    if (below.numberInLattice.length < below.vertices) {
      below.numberInLattice = new int[below.vertices / 4 * 5 + 1];
    }
    int rows = below.toRow - below.fromRow;
    for (int row = 0; row < rows; row++) {
      int from = below.firstOfRow[row];
      below.firstOfRow[row] = table.size();
      int to = below.firstOfRow[row + 1];
      table.findOrAdd(below.table.keys(), from, to, below.numberInLattice, from);
    }
    vertices = table.size();
    links.grow(vertices);
  }

  /**
   * After {@link #append} of this band to the whole: renumbers its corners and copies its links,
   * one part of several.
   */
  void handOver(LatticeBand whole, Corners corners, int width, int part, int parts) {
    int[] numbers = corners.vertices();
    long entries = (long) (toRow - fromRow) * width * cornersPerPixel;
    int first = fromRow * width * cornersPerPixel;
    int end = first + (int) (entries * (part + 1) / parts);
    for (int entry = first + (int) (entries * part / parts); entry < end; entry++) {
      numbers[entry] = numberInLattice[numbers[entry]];
    }
    whole.links.copy(links, numberInLattice, cut(part, parts), cut(part + 1, parts));
  }

  /** Finds the links that no pixel gave, one part of several. */
  void complete(int part, int parts) {
    links.completeFrom(table, embedding, cut(part, parts), cut(part + 1, parts));
  }

  private int cut(int part, int parts) {
    return (int) ((long) vertices * part / parts);
  }

  /** Writes, for each row of the band, how many vertices the rows above it touch. */
  void writeFirstOfRow(int[] all) {
    System.arraycopy(firstOfRow, 0, all, fromRow, toRow - fromRow);
  }
}
