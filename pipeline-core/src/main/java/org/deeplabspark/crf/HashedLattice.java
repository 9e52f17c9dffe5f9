package org.deeplabspark.crf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A lattice in any number of dimensions: vertices in a hash table, neighbours in chains.
 *
 * <p>Only vertices around some pixel exist, numbered in the order of first touch; a missing
 * neighbour counts as 0, and blurring creates none.
 */
final class HashedLattice implements Lattice {

  private static final int PARTS = 8;

  private final int cornersPerPixel;
  private final float alpha; // factor that a slice is multiplied by
  private final EmbeddingKernels embeddingKernels;
  private final Chains[] chains;
  private final List<LatticeBand> bands = new ArrayList<>(); // the first becomes the whole
  private int[] vertices = new int[0];
  private float[] weights = new float[0];
  private int[] firstOfRow = new int[0];
  private Corners corners;
  private float[] values = new float[0];
  private int width;
  private int height;

  HashedLattice(int dimensions, EmbeddingKernels embeddingKernels) {
    this.embeddingKernels = embeddingKernels;
    cornersPerPixel = dimensions + 1;
    alpha = 1 / (1 + (float) Math.pow(2, -dimensions));
    bands.add(new LatticeBand(cornersPerPixel));
    chains = new Chains[cornersPerPixel];
    Arrays.setAll(chains, axis -> new Chains());
  }

  @Override
  public int size() {
    return bands.get(0).table().size();
  }

  /** Embeds a band of rows a thread, merges the bands, then links vertices and lists chains. */
  @Override
  public List<ThreadTeam.Stage> build(Features features, int threads) {
    width = features.width();
    height = features.height();
    int entries = Math.multiplyExact(width * height, cornersPerPixel);
    if (vertices.length < entries) {
      vertices = new int[entries];
      weights = new float[entries];
    }
    firstOfRow = firstOfRow.length > height ? firstOfRow : new int[height + 1];
    corners = new Corners(cornersPerPixel, vertices, weights);
    int count = Math.min(threads, height);
    while (bands.size() < count) {
      bands.add(new LatticeBand(cornersPerPixel));
    }
    LatticeBand whole = bands.get(0);
    return List.of(
        new ThreadTeam.Stage(
            count,
            band -> {
              int from = (int) ((long) height * band / count);
              int to = (int) ((long) height * (band + 1) / count);
              bands.get(band).embed(features, embeddingKernels, corners, from, to);
            }),
        new ThreadTeam.Stage(1, all -> merge(count)),
        new ThreadTeam.Stage(
            (count - 1) * PARTS,
            part ->
                bands.get(1 + part / PARTS).handOver(whole, corners, width, part % PARTS, PARTS)),
        new ThreadTeam.Stage(PARTS, part -> whole.complete(part, PARTS)),
        new ThreadTeam.Stage(
            cornersPerPixel, axis -> whole.links().chain(size(), axis, chains[axis])));
  }

  private void merge(int count) {
    for (int band = 0; band < count; band++) {
      if (band > 0) {
        bands.get(0).append(bands.get(band));
      }
      bands.get(band).writeFirstOfRow(firstOfRow);
    }
    firstOfRow[height] = size();
  }

  @Override
  public void reserve(int lanes, int threads) {
    // The vector kernels have scratch behind the vertices for each part of a chain list.
    long needed = (long) (size() + Chains.PARTS) * lanes;
    if (values.length < needed) {
      values = null; // lets the collector take it before the longer one is allocated
      values = new float[Math.toIntExact(needed)];
    }
  }

  @Override
  public void filter(TilePass pass, ThreadTeam team, PixelRange complete) {
    splat(pass);
    blur(pass.kernels(), team);
    int lanes = pass.kernels().lanes();
    team.runRanges(
        width * height,
        TileSoftmax.CHUNK,
        (from, to, worker) -> {
          Arrays.fill(pass.out(), from * lanes, to * lanes, 0);
          slice(pass, from, to);
          complete.accept(from, to);
        });
  }

  /** Splats a tile, on one thread, as pixels anywhere share vertices. */
  void splat(TilePass pass) {
    for (int y = 0; y < height; y++) {
      splatRow(pass, y);
    }
  }

  /** Splats one row of pixels; rows must come from the first to the last. */
  void splatRow(TilePass pass, int y) {
    // Vertices are numbered by first touch: these are the ones that no row above has touched.
    int lanes = pass.kernels().lanes();
    Arrays.fill(values, firstOfRow[y] * lanes, firstOfRow[y + 1] * lanes, 0);
    pass.kernels().splat(pass.q(), pass.before(), corners, values, y * width, (y + 1) * width);
  }

  /** Blurs what was splatted last. */
  void blur(TileKernels kernels, ThreadTeam team) {
    for (Chains axis : chains) {
      team.run(Chains.PARTS, (part, worker) -> kernels.blur(values, axis, part));
    }
  }

  /** Slices pixels [from, to) of the tile that was blurred last. */
  void slice(TilePass pass, int from, int to) {
    float factor = pass.factor() * alpha;
    pass.kernels()
        .slice(values, 0, corners, pass.base(), pass.out(), pass.after(), factor, from, to);
  }
}
