package org.deeplabspark.crf;

import java.util.Arrays;

/**
 * A permutohedral lattice over one image in any number of dimensions: vertices in a hash table,
 * neighbours in chains.
 *
 * <p>Only vertices around some pixel exist, numbered in the order of their first touch; a missing
 * neighbour counts 0 and blurring creates none. Arrays are kept from image to image and grow where
 * they must.
 */
final class HashedLattice {

  private final int cornersPerPixel;
  private final EmbeddingKernels embeddingKernels;
  private final VertexTable table = new VertexTable();
  private final VertexLinks links;
  private final Chains[] chains;
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
    links = new VertexLinks(cornersPerPixel);
    chains = new Chains[cornersPerPixel];
    Arrays.setAll(chains, axis -> new Chains());
  }

  /** Number of vertices. */
  int size() {
    return table.size();
  }

  /** Builds the lattice of an image. */
  void build(Features features) {
    width = features.width();
    height = features.height();
    int entries = Math.multiplyExact(width * height, cornersPerPixel);
    if (vertices.length < entries) {
      vertices = new int[entries];
      weights = new float[entries];
    }
    firstOfRow = firstOfRow.length > height ? firstOfRow : new int[height + 1];
    corners = new Corners(cornersPerPixel, vertices, weights);
    embedAll(features);
    links.chain(chains);
  }

  private void embedAll(Features features) {
    Embedding embedding = new Embedding(features, embeddingKernels);
    table.clear(width * height);
    links.clear();
    long[] keys = new long[cornersPerPixel];
    long[] left = new long[cornersPerPixel];
    Arrays.fill(left, -1);
    for (int y = 0; y < height; y++) {
      firstOfRow[y] = table.size();
      embedding.embed(features, y);
      for (int x = 0; x < width; x++) {
        int entry = (y * width + x) * cornersPerPixel;
        embedding.read(x, weights, entry);
        embedding.keys(keys);
        for (int corner = 0; corner < cornersPerPixel; corner++) {
          vertices[entry + corner] =
              keys[corner] == left[corner]
                  ? vertices[entry + corner - cornersPerPixel]
                  : table.findOrAdd(keys[corner]);
          left[corner] = keys[corner];
        }
        links.grow(table.size());
        for (int corner = 0; corner < cornersPerPixel; corner++) {
          int after = corner + 1 == cornersPerPixel ? 0 : corner + 1;
          links.link(vertices[entry + corner], embedding.axis(corner), vertices[entry + after]);
        }
      }
    }
    firstOfRow[height] = table.size();
    links.completeFrom(table, embedding);
  }

  /** Factor that a slice is multiplied with. */
  float alpha() {
    return 1 / (1 + (float) Math.pow(2, 1 - cornersPerPixel));
  }

  void reserve(int lanes) {
    // The vector kernels have a place of their own behind the vertices for each part of a chain
    // list.
    long needed = (long) (table.size() + Chains.PARTS) * lanes;
    if (values.length < needed) {
      values = new float[Math.toIntExact(needed)];
    }
  }

  /** Splats a tile; by one thread, as vertices are shared by pixels anywhere. */
  void splat(TileKernels kernels, float[] q, float[] before) {
    for (int y = 0; y < height; y++) {
      // Vertices are numbered by first touch: these are the ones that no row above has met.
      Arrays.fill(values, firstOfRow[y] * kernels.lanes(), firstOfRow[y + 1] * kernels.lanes(), 0);
      kernels.splat(q, before, corners, values, 0, y * width, (y + 1) * width);
    }
  }

  /** Blurs what was splatted last. */
  void blur(TileKernels kernels, Crew crew) {
    for (Chains axis : chains) {
      crew.run(Chains.PARTS, (part, worker) -> kernels.blur(values, axis, part));
    }
  }

  /** Slices pixels [from, to) of the tile that was blurred last. */
  void slice(
      TileKernels kernels,
      float[] base,
      float[] out,
      float[] after,
      float factor,
      int from,
      int to) {
    kernels.slice(values, 0, corners, base, out, after, factor * alpha(), from, to);
  }
}
