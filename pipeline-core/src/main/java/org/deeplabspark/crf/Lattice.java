package org.deeplabspark.crf;

import java.util.Arrays;

/**
 * A permutohedral lattice over one image: splat, blur along d+1 axes, slice.
 *
 * <p>Only vertices around some pixel exist; a missing neighbour counts 0 and blurring creates none.
 */
final class Lattice {

  private final int pixels;
  private final int corners;
  private final int[] vertices; // [pixel][corner]
  private final float[] weights; // [pixel][corner]
  private final int[][] next; // [axis][vertex], ABSENT where there is none
  private final int[][] previous;
  private final int size;

  Lattice(Features features) {
    int d = features.dimensions();
    pixels = features.width() * features.height();
    corners = d + 1;
    vertices = new int[pixels * corners];
    weights = new float[pixels * corners];
    float[] largest = new float[d];
    for (int i = 0; i < d; i++) {
      largest[i] = features.largest(i);
    }
    Embedding embedding = new Embedding(largest);
    VertexTable table = new VertexTable(pixels);
    float[] feature = new float[d];
    long[] keys = new long[corners];
    float[] barycentric = new float[corners];
    for (int pixel = 0; pixel < pixels; pixel++) {
      features.read(pixel % features.width(), pixel / features.width(), feature);
      embedding.embed(feature, keys, barycentric);
      for (int corner = 0; corner < corners; corner++) {
        vertices[pixel * corners + corner] = table.findOrAdd(keys[corner]);
        weights[pixel * corners + corner] = barycentric[corner];
      }
    }
    size = table.size();
    next = new int[corners][size];
    previous = new int[corners][size];
    for (int axis = 0; axis < corners; axis++) {
      Arrays.fill(previous[axis], VertexTable.ABSENT);
      for (int vertex = 0; vertex < size; vertex++) {
        int neighbour = table.find(embedding.next(table.key(vertex), axis));
        next[axis][vertex] = neighbour;
        if (neighbour != VertexTable.ABSENT) {
          previous[axis][neighbour] = vertex;
        }
      }
    }
  }

  /** Number of vertices. */
  int size() {
    return size;
  }

  /** The filter's response to ones, one value a pixel. */
  float[] onesResponse() {
    float[] ones = new float[pixels];
    Arrays.fill(ones, 1);
    float[] response = new float[pixels];
    filter(ones, response, 1);
    return response;
  }

  /** Filters {@code lanes} values a pixel: [pixel][lane] in, [pixel][lane] out. */
  void filter(float[] in, float[] out, int lanes) {
    float[] values = new float[size * lanes];
    float[] blurred = new float[size * lanes];
    for (int entry = 0; entry < vertices.length; entry++) {
      int source = entry / corners * lanes;
      int target = vertices[entry] * lanes;
      for (int lane = 0; lane < lanes; lane++) {
        values[target + lane] += weights[entry] * in[source + lane];
      }
    }
    for (int axis = 0; axis < corners; axis++) {
      for (int vertex = 0; vertex < size; vertex++) {
        int before = previous[axis][vertex];
        int after = next[axis][vertex];
        for (int lane = 0; lane < lanes; lane++) {
          float neighbours =
              (before == VertexTable.ABSENT ? 0 : values[before * lanes + lane])
                  + (after == VertexTable.ABSENT ? 0 : values[after * lanes + lane]);
          blurred[vertex * lanes + lane] = values[vertex * lanes + lane] + 0.5f * neighbours;
        }
      }
      float[] swap = values;
      values = blurred;
      blurred = swap;
    }
    float alpha = 1 / (1 + (float) Math.pow(2, 1 - corners));
    Arrays.fill(out, 0);
    for (int entry = 0; entry < vertices.length; entry++) {
      int source = vertices[entry] * lanes;
      int target = entry / corners * lanes;
      float weight = weights[entry] * alpha;
      for (int lane = 0; lane < lanes; lane++) {
        out[target + lane] += weight * values[source + lane];
      }
    }
  }
}
