package org.deeplabspark.crf;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The iterations for Potts compatibilities: labels interact in the softmax only, so each tile is
 * filtered on its own.
 */
final class MeanField {

  // exp(60) is far from the largest float: up to this no pixel's largest energy need be taken off.
  private static final float HARMLESS = 60;

  /** A kernel's message by its kind of lattice. */
  private record Term<L extends Lattice>(L lattice, Filter filter, float weight) {}

  private final Tiles tiles;
  private final Retirement retirement;
  private final List<Filter> filters;
  private final List<Term<RowLattice>> rows = new ArrayList<>();
  private final List<Term<HashedLattice>> hashed = new ArrayList<>();
  private final ThreadTeam team;
  private final float reach;
  private final boolean harmless;

  MeanField(
      Tiles tiles, Retirement retirement, List<Filter> filters, float[] weights, ThreadTeam team) {
    this.tiles = tiles;
    this.retirement = retirement;
    this.filters = filters;
    this.team = team;
    float sum = 0;
    boolean positive = true;
    for (int k = 0; k < weights.length; k++) {
      Filter filter = filters.get(k);
      if (filter.lattice() instanceof HashedLattice lattice) {
        hashed.add(new Term<>(lattice, filter, weights[k]));
      } else {
        rows.add(new Term<>((RowLattice) filter.lattice(), filter, weights[k]));
      }
      sum += Math.abs(weights[k]) * filter.gain();
      positive &= weights[k] >= 0;
    }
    reach = sum;
    harmless = positive && reach <= HARMLESS;
  }

  /**
   * Iterates.
   *
   * @param done is told the number of iterations done, from 0 on
   */
  void run(int iterations, IntConsumer done) {
    // Centred energies leave no room for the term of retired labels.
    retirement.start(tiles, harmless ? reach : Float.POSITIVE_INFINITY, team);
    tiles.softmax().exponentiateAll(team);
    normalize();
    done.accept(0);
    for (int iteration = 0; iteration < iterations; iteration++) {
      retirement.update(tiles, team);
      tiles.softmax().clearMaxima();
      for (int tile = 0; tile < tiles.layout().tiles(); tile++) {
        step(tile);
      }
      if (!harmless) {
        tiles.softmax().exponentiateCentred(team);
        normalize();
      }
      done.accept(iteration + 1);
    }
  }

  private void normalize() {
    team.runRanges(tiles.pixels(), TileSoftmax.CHUNK, (from, to, worker) -> divideByZ(from, to));
  }

  private void divideByZ(int from, int to) {
    for (Filter filter : filters) {
      filter.divideBy(tiles.z(), from, to);
    }
  }

  /** Replaces a tile's exponentials by the next ones, or its energies where they may be large. */
  private void step(int tile) {
    TileKernels kernels = tiles.kernels(tile);
    for (Filter filter : filters) {
      filter.lattice().reserve(kernels.lanes(), team.threads());
    }
    // One thread reads and writes each row of pixels once, in place.
    boolean inPlace = team.threads() == 1 && rows.size() == 1;
    float[] q = tiles.exponentials(tile);
    float[] out = inPlace ? q : tiles.spare();
    List<TilePass> rowPasses = passes(rows, tile, tiles.u(tile), out);
    List<TilePass> hashedPasses = passes(hashed, tile, rows.isEmpty() ? tiles.u(tile) : out, out);
    if (inPlace) {
      rows.get(0).lattice().stream(
          rowPasses.get(0),
          y -> {
            for (int k = 0; k < hashed.size(); k++) {
              hashed.get(k).lattice().splatRow(hashedPasses.get(k), y);
            }
          });
    } else {
      splatAndStream(rowPasses, hashedPasses);
      tiles.swap(tile);
    }
    for (Term<HashedLattice> term : hashed) {
      term.lattice().blur(kernels, team);
    }
    // What follows stays in the cache from slice to softmax.
    team.runRanges(
        tiles.pixels(),
        TileSoftmax.CHUNK,
        (from, to, worker) -> finish(tile, hashedPasses, from, to, worker));
  }

  /** Passes that add their messages one to another; the first has a base of its own. */
  private <L extends Lattice> List<TilePass> passes(
      List<Term<L>> terms, int tile, float[] base, float[] out) {
    List<TilePass> passes = new ArrayList<>();
    for (Term<L> term : terms) {
      float[] from = passes.isEmpty() ? base : out;
      passes.add(
          term.filter()
              .pass(tiles.kernels(tile), tiles.exponentials(tile), from, out, term.weight()));
    }
    return passes;
  }

  /** A splat takes one thread; the others stream meanwhile. */
  private void splatAndStream(List<TilePass> rowPasses, List<TilePass> hashedPasses) {
    int bands = rows.isEmpty() ? 0 : RowLattice.bands(team);
    int splats = hashed.size();
    team.run(
        splats + bands,
        (part, worker) -> {
          if (part < splats) {
            hashed.get(part).lattice().splat(hashedPasses.get(part));
          } else {
            for (int k = 0; k < rows.size(); k++) {
              rows.get(k).lattice().streamBand(rowPasses.get(k), part - splats, bands, worker);
            }
          }
        });
  }

  private void finish(int tile, List<TilePass> hashedPasses, int from, int to, int worker) {
    if (filters.isEmpty()) {
      int lanes = tiles.kernels(tile).lanes();
      System.arraycopy(
          tiles.u(tile), from * lanes, tiles.exponentials(tile), from * lanes, (to - from) * lanes);
    }
    for (int k = 0; k < hashed.size(); k++) {
      hashed.get(k).lattice().slice(hashedPasses.get(k), from, to);
    }
    if (harmless) {
      tiles.softmax().exponentiate(tile, from, to, worker);
      if (tile == tiles.layout().tiles() - 1) {
        divideByZ(from, to);
      }
    }
  }
}
