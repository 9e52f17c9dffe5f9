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

  /** e[i] = exp(e[i]) over [from, to), a multiple of whole vectors. */
  static void exponentiate(float[] e, int from, int to) {
    for (int i = from; i < to; i += S.length()) {
      exp(load(e, i)).intoArray(e, i);
    }
  }

  /** See {@link ScalarTileKernels#exp}: the same operations. */
  private static FloatVector exp(FloatVector x) {
    FloatVector t = x.mul(ScalarTileKernels.LOG2_E).add(ScalarTileKernels.ROUNDING);
    FloatVector n = t.sub(ScalarTileKernels.ROUNDING);
    FloatVector r =
        x.sub(n.mul(ScalarTileKernels.LN_2_HIGH)).sub(n.mul(ScalarTileKernels.LN_2_LOW));
    FloatVector p =
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
            .add(1);
    IntVector exponent = bits(t).lanewise(VectorOperators.LSHL, 23);
    return TYPE.cast(bits(p).add(exponent).reinterpretAsFloats());
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
