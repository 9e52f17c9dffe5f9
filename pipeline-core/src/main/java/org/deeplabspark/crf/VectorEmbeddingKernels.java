package org.deeplabspark.crf;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Loops over vectors of pixels. */
final class VectorEmbeddingKernels implements EmbeddingKernels {

  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final Class<? extends FloatVector> TYPE =
      S.vectorType().asSubclass(FloatVector.class);

  private static FloatVector load(float[] values, int at) {
    return TYPE.cast(FloatVector.fromArray(S, values, at));
  }

  /** A step on all coordinates of a row. */
  private interface Step {
    void run(EmbeddedRow row, float[] scale);
  }

  // Called from one place, each is compiled on its own: C2 inlines only so much bytecode into one
  // method, and boxes the vectors of the rest.
  private static final Step[] STEPS = {
    VectorEmbeddingKernels::elevate,
    VectorEmbeddingKernels::round,
    VectorEmbeddingKernels::rank,
    VectorEmbeddingKernels::returnToPlane
  };

  @Override
  public void embed(EmbeddedRow row, float[] scale) {
    for (Step step : STEPS) {
      step.run(row, scale);
    }
  }

  private static void elevate(EmbeddedRow row, float[] scale) {
    int stride = row.stride;
    Arrays.fill(row.sum, 0);
    for (int i = row.dimensions; i > 0; i--) {
      elevate(row.feature, (i - 1) * stride, scale[i - 1], i, row.sum, row.elevated, i * stride);
    }
    System.arraycopy(row.sum, 0, row.elevated, 0, stride);
  }

  private static void round(EmbeddedRow row, float[] scale) {
    Arrays.fill(row.sum, 0);
    for (int i = 0; i <= row.dimensions; i++) {
      round(row.elevated, row.quotient, row.residual, i * row.stride, row.sum, row.dimensions + 1);
    }
  }

  private static void rank(EmbeddedRow row, float[] scale) {
    Arrays.fill(row.rank, 0);
    for (int i = 0; i < row.dimensions; i++) {
      for (int j = i + 1; j <= row.dimensions; j++) {
        rank(row.residual, row.rank, i * row.stride, j * row.stride, row.stride);
      }
    }
  }

  private static void returnToPlane(EmbeddedRow row, float[] scale) {
    int stride = row.stride;
    int vertices = row.dimensions + 1;
    for (int i = 0; i < vertices; i++) {
      returnToPlane(row.rank, row.quotient, i * stride, row.sum, vertices);
      settle(row.elevated, row.quotient, row.residual, i * stride, stride, vertices);
    }
  }

  private static void elevate(
      float[] feature, int from, float scale, float i, float[] sum, float[] elevated, int to) {
    for (int x = 0; x < sum.length; x += S.length()) {
      FloatVector scaled = load(feature, from + x).mul(scale);
      FloatVector total = load(sum, x);
      total.sub(scaled.mul(i)).intoArray(elevated, to + x);
      total.add(scaled).intoArray(sum, x);
    }
  }

  private static void round(
      float[] elevated, float[] quotient, float[] residual, int at, float[] sum, float vertices) {
    float inverse = 1 / vertices;
    for (int x = 0; x < sum.length; x += S.length()) {
      FloatVector e = load(elevated, at + x);
      FloatVector q = e.mul(inverse).add(ROUNDING).sub(ROUNDING);
      q.intoArray(quotient, at + x);
      e.sub(q.mul(vertices)).intoArray(residual, at + x);
      load(sum, x).add(q).intoArray(sum, x);
    }
  }

  private static void rank(float[] residual, float[] rank, int first, int second, int stride) {
    for (int x = 0; x < stride; x += S.length()) {
      VectorMask<Float> smaller =
          load(residual, first + x).compare(VectorOperators.LT, load(residual, second + x));
      FloatVector a = load(rank, first + x);
      FloatVector b = load(rank, second + x);
      a.blend(a.add(1), smaller).intoArray(rank, first + x);
      b.add(1).blend(b, smaller).intoArray(rank, second + x);
    }
  }

  private static void returnToPlane(
      float[] rank, float[] quotient, int at, float[] sum, float vertices) {
    // Ranks are integers: shifted by half of their range they round to -1 if negative, to 1 from
    // the number of vertices on, and to 0 between, without masks, which C2 would box here.
    float inverse = 1 / vertices;
    float half = (vertices - 1) / 2;
    for (int x = 0; x < sum.length; x += S.length()) {
      FloatVector r = load(rank, at + x).add(load(sum, x));
      FloatVector turns = r.sub(half).mul(inverse).add(ROUNDING).sub(ROUNDING);
      r.sub(turns.mul(vertices)).intoArray(rank, at + x);
      load(quotient, at + x).sub(turns).intoArray(quotient, at + x);
    }
  }

  private static void settle(
      float[] elevated, float[] quotient, float[] residual, int at, int stride, float vertices) {
    float inverse = 1 / vertices;
    for (int x = 0; x < stride; x += S.length()) {
      FloatVector multiple = load(quotient, at + x).mul(vertices);
      load(elevated, at + x).sub(multiple).mul(inverse).intoArray(residual, at + x);
    }
  }
}
