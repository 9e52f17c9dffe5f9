package org.deeplabspark.crf;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** A vector of pixels at once. */
final class VectorEmbeddingKernels implements EmbeddingKernels {

  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final Class<? extends FloatVector> TYPE =
      S.vectorType().asSubclass(FloatVector.class);

  private static FloatVector load(float[] values, int at) {
    return TYPE.cast(FloatVector.fromArray(S, values, at));
  }

  @Override
  public void embed(EmbeddedRow row, float[] scale) {
    int d = row.dimensions;
    int stride = row.stride;
    java.util.Arrays.fill(row.sum, 0);
    for (int i = d; i > 0; i--) {
      elevate(row.feature, (i - 1) * stride, scale[i - 1], i, row.sum, row.elevated, i * stride);
    }
    System.arraycopy(row.sum, 0, row.elevated, 0, stride);
    java.util.Arrays.fill(row.sum, 0);
    for (int i = 0; i <= d; i++) {
      round(row.elevated, row.quotient, row.residual, i * stride, row.sum, d + 1);
    }
    java.util.Arrays.fill(row.rank, 0);
    for (int i = 0; i < d; i++) {
      for (int j = i + 1; j <= d; j++) {
        rank(row.residual, row.rank, i * stride, j * stride, stride);
      }
    }
    for (int i = 0; i <= d; i++) {
      returnToPlane(row.rank, row.quotient, i * stride, row.sum, d + 1);
      settle(row.elevated, row.quotient, row.residual, i * stride, stride, d + 1);
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
    for (int x = 0; x < sum.length; x += S.length()) {
      FloatVector r = load(rank, at + x).add(load(sum, x));
      VectorMask<Float> below = r.compare(VectorOperators.LT, 0);
      VectorMask<Float> above = r.compare(VectorOperators.GE, vertices);
      r.blend(r.add(vertices), below).blend(r.sub(vertices), above).intoArray(rank, at + x);
      FloatVector q = load(quotient, at + x);
      q.blend(q.add(1), below).blend(q.sub(1), above).intoArray(quotient, at + x);
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
