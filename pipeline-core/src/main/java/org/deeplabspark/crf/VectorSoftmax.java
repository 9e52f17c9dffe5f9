package org.deeplabspark.crf;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Kernels on the widest vectors, which hold several pixels of a narrow tile. */
final class VectorSoftmax implements SoftmaxKernels {

  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> S_INT = IntVector.SPECIES_PREFERRED;
  private static final Class<? extends FloatVector> TYPE =
      S.vectorType().asSubclass(FloatVector.class);
  private static final Class<? extends IntVector> INT_TYPE =
      S_INT.vectorType().asSubclass(IntVector.class);

  private static FloatVector load(float[] values, int at) {
    return TYPE.cast(FloatVector.fromArray(S, values, at));
  }

  private static IntVector bits(FloatVector v) {
    return INT_TYPE.cast(v.reinterpretAsInts());
  }

  /**
   * The operations of {@link ScalarSoftmax#exp} in three loops, as C2 inlines only so much bytecode
   * into one and boxes the vectors of the rest; a block stays in the first-level cache meanwhile.
   */
  @Override
  public void exponentiate(float[] values, int from, int to, float[] scratch, int scratchAt) {
    int whole = to - (to - from & S.length() - 1);
    reduce(values, from, whole, scratch, scratchAt);
    polynomial(values, from, whole);
    scale(values, from, whole, scratch, scratchAt);
    for (int i = whole; i < to; i++) {
      values[i] = ScalarSoftmax.exp(values[i]);
    }
  }

  /** x = n ln 2 + r: replaces x by r, and stores n plus the rounding constant in scratch. */
  private static void reduce(float[] e, int from, int to, float[] scratch, int scratchAt) {
    for (int i = from; i < to; i += S.length()) {
      FloatVector x = load(e, i);
      FloatVector t = x.mul(ScalarSoftmax.LOG2_E).add(ScalarSoftmax.ROUNDING);
      t.intoArray(scratch, scratchAt + i - from);
      FloatVector n = t.sub(ScalarSoftmax.ROUNDING);
      x.sub(n.mul(ScalarSoftmax.LN_2_HIGH)).sub(n.mul(ScalarSoftmax.LN_2_LOW)).intoArray(e, i);
    }
  }

  /** Replaces r by exp(r). */
  private static void polynomial(float[] e, int from, int to) {
    for (int i = from; i < to; i += S.length()) {
      FloatVector r = load(e, i);
      r.mul(ScalarSoftmax.E5)
          .add(ScalarSoftmax.E4)
          .mul(r)
          .add(ScalarSoftmax.E3)
          .mul(r)
          .add(ScalarSoftmax.E2)
          .mul(r)
          .add(ScalarSoftmax.E1)
          .mul(r)
          .add(ScalarSoftmax.E0)
          .mul(r.mul(r))
          .add(r)
          .add(1)
          .intoArray(e, i);
    }
  }

  /** Multiplies by 2^n: adds n to the exponent's bits. */
  private static void scale(float[] e, int from, int to, float[] scratch, int scratchAt) {
    for (int i = from; i < to; i += S.length()) {
      IntVector exponent =
          bits(load(scratch, scratchAt + i - from)).lanewise(VectorOperators.LSHL, 23);
      TYPE.cast(bits(load(e, i)).add(exponent).reinterpretAsFloats()).intoArray(e, i);
    }
  }

  @Override
  public void addSums(float[] e, int lanes, float[] z, int from, int to, float[] scratch) {
    sumFours(e, from * lanes, to * lanes, scratch);
    for (int lane = 0; lane < lanes; lane += 4) {
      for (int pixel = from; pixel < to; pixel++) {
        z[pixel] += scratch[(pixel - from) * lanes + lane];
      }
    }
  }

  /**
   * Sets sums[i] to the sum of four values from e[from + i] on; only every fourth is used. Shifted
   * loads are cheaper than shuffles, and never boxed.
   */
  private static void sumFours(float[] e, int from, int to, float[] sums) {
    for (int i = from; i < to; i += S.length()) {
      load(e, i)
          .add(load(e, i + 1))
          .add(load(e, i + 2).add(load(e, i + 3)))
          .intoArray(sums, i - from);
    }
  }
}
