package org.deeplabspark.crf;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * What a softmax does to values without asking whose they are: the widest vectors, whatever a
 * tile's lanes.
 */
final class VectorSoftmax {

  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> S_INT = IntVector.SPECIES_PREFERRED;
  private static final Class<? extends FloatVector> TYPE =
      S.vectorType().asSubclass(FloatVector.class);
  private static final Class<? extends IntVector> INT_TYPE =
      S_INT.vectorType().asSubclass(IntVector.class);

  private VectorSoftmax() {}

  private static FloatVector load(float[] values, int at) {
    return TYPE.cast(FloatVector.fromArray(S, values, at));
  }

  private static IntVector bits(FloatVector v) {
    return INT_TYPE.cast(v.reinterpretAsInts());
  }

  /**
   * e[i] = exp(e[i]) over [from, to), a multiple of whole vectors; room has as many places from
   * roomAt on. See {@link ScalarTileKernels#exp}: the same operations.
   *
   * <p>In three loops, since C2 inlines no more than so much bytecode into one and boxes the
   * vectors of what is left; a block stays in the first cache between them.
   */
  static void exponentiate(float[] e, int from, int to, float[] room, int roomAt) {
    reduce(e, from, to, room, roomAt);
    polynomial(e, from, to);
    scale(e, from, to, room, roomAt);
  }

  /** x = n ln 2 + r: r in the place of x, n (with the rounding constant) into room. */
  private static void reduce(float[] e, int from, int to, float[] room, int roomAt) {
    for (int i = from; i < to; i += S.length()) {
      FloatVector x = load(e, i);
      FloatVector t = x.mul(ScalarTileKernels.LOG2_E).add(ScalarTileKernels.ROUNDING);
      t.intoArray(room, roomAt + i - from);
      FloatVector n = t.sub(ScalarTileKernels.ROUNDING);
      x.sub(n.mul(ScalarTileKernels.LN_2_HIGH))
          .sub(n.mul(ScalarTileKernels.LN_2_LOW))
          .intoArray(e, i);
    }
  }

  /** exp(r) in the place of r. */
  private static void polynomial(float[] e, int from, int to) {
    for (int i = from; i < to; i += S.length()) {
      FloatVector r = load(e, i);
      r.mul(ScalarTileKernels.E5)
          .add(ScalarTileKernels.E4)
          .mul(r)
          .add(ScalarTileKernels.E3)
          .mul(r)
          .add(ScalarTileKernels.E2)
          .mul(r)
          .add(ScalarTileKernels.E1)
          .mul(r)
          .add(ScalarTileKernels.E0)
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

  /**
   * The first of each group of lanes in sums[0, to - from) becomes the sum over its group; sums has
   * room for a group more.
   */
  static void sumGroups(float[] e, int from, int to, float[] sums, int lanes) {
    // Neighbours come by a load one place on: loads are cheaper than shuffles, and unlike them are
    // never boxed. Places behind a group's first are of no use afterwards.
    addNeighbours(e, from, to, sums);
    for (int distance = 2; distance < lanes; distance *= 2) {
      addFurther(sums, to - from, distance);
    }
  }

  private static void addNeighbours(float[] e, int from, int to, float[] sums) {
    for (int i = from; i < to; i += S.length()) {
      load(e, i).add(load(e, i + 1)).intoArray(sums, i - from);
    }
  }

  private static void addFurther(float[] sums, int count, int distance) {
    for (int i = 0; i < count; i += S.length()) {
      load(sums, i).add(load(sums, i + distance)).intoArray(sums, i);
    }
  }
}
