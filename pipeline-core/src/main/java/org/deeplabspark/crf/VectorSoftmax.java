package org.deeplabspark.crf;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The widest vectors there are: several pixels of a narrow tile at once. */
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
   * See {@link ScalarSoftmax#exp}: the same operations. In three loops, since C2 inlines no more
   * than so much bytecode into one and boxes the vectors of what is left; a block stays in the
   * first cache between them.
   */
  @Override
  public void exponentiate(float[] values, int from, int to, float[] room, int roomAt) {
    int whole = to - (to - from & S.length() - 1);
    reduce(values, from, whole, room, roomAt);
    polynomial(values, from, whole);
    scale(values, from, whole, room, roomAt);
    for (int i = whole; i < to; i++) {
      values[i] = ScalarSoftmax.exp(values[i]);
    }
  }

  /** x = n ln 2 + r: r in the place of x, n (with the rounding constant) into room. */
  private static void reduce(float[] e, int from, int to, float[] room, int roomAt) {
    for (int i = from; i < to; i += S.length()) {
      FloatVector x = load(e, i);
      FloatVector t = x.mul(ScalarSoftmax.LOG2_E).add(ScalarSoftmax.ROUNDING);
      t.intoArray(room, roomAt + i - from);
      FloatVector n = t.sub(ScalarSoftmax.ROUNDING);
      x.sub(n.mul(ScalarSoftmax.LN_2_HIGH)).sub(n.mul(ScalarSoftmax.LN_2_LOW)).intoArray(e, i);
    }
  }

  /** exp(r) in the place of r. */
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

  /** Times 2^n: n goes into the exponent's bits. */
  private static void scale(float[] e, int from, int to, float[] room, int roomAt) {
    for (int i = from; i < to; i += S.length()) {
      IntVector exponent = bits(load(room, roomAt + i - from)).lanewise(VectorOperators.LSHL, 23);
      TYPE.cast(bits(load(e, i)).add(exponent).reinterpretAsFloats()).intoArray(e, i);
    }
  }

  @Override
  public void addSums(float[] e, int lanes, float[] z, int from, int to, float[] room) {
    sumFours(e, from * lanes, to * lanes, room);
    for (int lane = 0; lane < lanes; lane += 4) {
      for (int pixel = from; pixel < to; pixel++) {
        z[pixel] += room[(pixel - from) * lanes + lane];
      }
    }
  }

  /**
   * sums[i] becomes the sum of four values from e[from + i] on; only every fourth is of use.
   * Neighbours come by loads some places on: loads are cheaper than shuffles, and unlike them are
   * never boxed.
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
