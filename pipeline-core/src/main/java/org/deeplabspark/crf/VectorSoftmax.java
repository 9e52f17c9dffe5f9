package org.deeplabspark.crf;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
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
  private static final VectorShuffle<Float> SWAP_1 = swap(1);
  private static final VectorShuffle<Float> SWAP_2 = swap(2);
  private static final VectorShuffle<Float> SWAP_4 = swap(4);
  private static final VectorShuffle<Float> SWAP_8 = swap(8);

  private VectorSoftmax() {}

  private static VectorShuffle<Float> swap(int distance) {
    int[] source = new int[S.length()];
    for (int lane = 0; lane < source.length; lane++) {
      source[lane] = (lane ^ distance) % source.length;
    }
    return VectorShuffle.fromArray(S, source, 0);
  }

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

  /** Each of sums[0, to - from) becomes the sum over its group of lanes. */
  static void sumGroups(float[] e, int from, int to, float[] sums, int lanes) {
    // One shuffle a loop: with more in one body the compiler boxes vectors.
    addSwapped1(e, from, to, sums);
    addSwapped2(sums, to - from);
    if (lanes >= 8) {
      addSwapped4(sums, to - from);
    }
    if (lanes >= 16) {
      addSwapped8(sums, to - from);
    }
  }

  private static void addSwapped1(float[] e, int from, int to, float[] sums) {
    for (int i = from; i < to; i += S.length()) {
      FloatVector x = load(e, i);
      x.add(x.rearrange(SWAP_1)).intoArray(sums, i - from);
    }
  }

  private static void addSwapped2(float[] sums, int count) {
    for (int i = 0; i < count; i += S.length()) {
      FloatVector x = load(sums, i);
      x.add(x.rearrange(SWAP_2)).intoArray(sums, i);
    }
  }

  private static void addSwapped4(float[] sums, int count) {
    for (int i = 0; i < count; i += S.length()) {
      FloatVector x = load(sums, i);
      x.add(x.rearrange(SWAP_4)).intoArray(sums, i);
    }
  }

  private static void addSwapped8(float[] sums, int count) {
    for (int i = 0; i < count; i += S.length()) {
      FloatVector x = load(sums, i);
      x.add(x.rearrange(SWAP_8)).intoArray(sums, i);
    }
  }

  /** Raises each lane's maximum to the largest of q over [from, to); q is not negative. */
  static void addMaxima(float[] maxima, float[] q, int from, int to, int lanes) {
    // Floats that are not negative compare as their bits do.
    IntVector largest = bits(load(q, from));
    for (int i = from; i < to; i += S.length()) {
      largest = largest.max(bits(load(q, i)));
    }
    for (int lane = 0; lane < S.length(); lane++) {
      float value = Float.intBitsToFloat(largest.lane(lane));
      maxima[lane % lanes] = Math.max(maxima[lane % lanes], value);
    }
  }
}
