package org.deeplabspark.crf;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * One thread's passes over a {@link RowLattice}: rows of pixels are splatted, three blurs follow,
 * each a few rows behind the one before, and rows of pixels are sliced as soon as their lattice
 * rows are ready. Each level keeps a small ring of rows, so the lattice stays in the cache.
 */
final class RowStream {

  private static final int LEVELS = 4; // splatted, and blurred along each axis
  // Distance to an axis' neighbours in rows and in places: axis 0 at (1, 1), axis 1 at (1, 0), axis
  // 2 at (2, 1).
  private static final int[] ROW_STEP = {0, 1, 1, 2};
  private static final int[] PLACE_STEP = {0, 1, 0, 1};

  private final RowLattice lattice;
  private int ring;
  private float[] values = new float[0];
  private TileKernels kernels;
  private int rowFloats;
  private int lanesBefore;
  private final int[] done = new int[LEVELS]; // by level: rows below this one are ready

  RowStream(RowLattice lattice) {
    this.lattice = lattice;
  }

  /**
   * A pass over rows of pixels [fromRow, toRow), in place where out is q.
   *
   * @param firstUse is told of each row of pixels that is read, before that row or one below is
   *     written
   */
  void filter(TilePass pass, int fromRow, int toRow, IntConsumer firstUse) {
    kernels = pass.kernels();
    boolean moved = ring != lattice.ring() || rowFloats != lattice.stride() * kernels.lanes();
    ring = lattice.ring();
    rowFloats = lattice.stride() * kernels.lanes();
    int needed = Math.multiplyExact(LEVELS * ring + 1, rowFloats);
    if (values.length < needed) {
      values = new float[needed];
    } else if (moved || lanesBefore != kernels.lanes()) {
      Arrays.fill(values, 0, needed, 0); // the margins
    }
    lanesBefore = kernels.lanes();
    int firstNeeded = lattice.lowestRow(fromRow);
    int y = fromRow;
    // The blurs reach 4 rows back.
    while (y > 0 && lattice.highestRow(y - 1) >= firstNeeded - 4) {
      y--;
    }
    Arrays.fill(done, lattice.lowestRow(y));
    int begun = lattice.lowestRow(y);
    int width = lattice.width();
    int sliced = fromRow;
    for (; sliced < toRow; y++) {
      int complete = lattice.rows();
      if (y < lattice.height()) {
        for (; begun <= lattice.highestRow(y); begun++) {
          clear(at(0, begun));
        }
        firstUse.accept(y);
        kernels.splat(
            pass.q(), pass.before(), lattice.corners(), values, y * width, (y + 1) * width);
        complete = y + 1 < lattice.height() ? lattice.lowestRow(y + 1) : complete;
      }
      done[0] = complete;
      while (advance()) {
        while (sliced < toRow && lattice.highestRow(sliced) < done[3]) {
          slice(pass, sliced++);
        }
      }
    }
  }

  private void slice(TilePass pass, int y) {
    int from = y * lattice.width();
    kernels.slice(
        values,
        at(3, 0),
        lattice.corners(),
        pass.base(),
        pass.out(),
        pass.after(),
        pass.factor() * RowLattice.ALPHA,
        from,
        from + lattice.width());
  }

  /** Blurs one more row of each level that has what it needs; false where none has. */
  private boolean advance() {
    boolean moved = false;
    for (int level = 1; level < LEVELS; level++) {
      int row = done[level];
      boolean last = done[level - 1] >= lattice.rows();
      if (row < lattice.rows() && (last || row + ROW_STEP[level] < done[level - 1])) {
        blur(level, row);
        done[level]++;
        moved = true;
      }
    }
    return moved;
  }

  private void blur(int level, int row) {
    int lanes = kernels.lanes();
    int out = at(level, row);
    int first = RowLattice.MARGIN * lanes;
    int count = lattice.count() * lanes;
    kernels.blurRow(
        values,
        out + first,
        at(level - 1, row) + first,
        neighbour(level, row, 1) + first,
        neighbour(level, row, -1) + first,
        count);
    for (int i = lattice.holesFrom(row); i < lattice.holesFrom(row + 1); i++) {
      int hole = out + lattice.hole(i) * lanes;
      Arrays.fill(values, hole, hole + lanes, 0);
    }
  }

  private int neighbour(int level, int row, int direction) {
    int other = row + direction * ROW_STEP[level];
    if (other < 0 || other >= lattice.rows()) {
      return LEVELS * ring * rowFloats; // the row of zeros
    }
    int columns =
        direction * PLACE_STEP[level] + RowLattice.stagger(row) - RowLattice.stagger(other);
    return at(level - 1, other) + columns * kernels.lanes();
  }

  private int at(int level, int row) {
    return (level * ring + (row & (ring - 1))) * rowFloats;
  }

  private void clear(int at) {
    Arrays.fill(values, at, at + rowFloats, 0);
  }
}
