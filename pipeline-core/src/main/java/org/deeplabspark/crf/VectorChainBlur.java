package org.deeplabspark.crf;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Blurs chains of the length that the class was defined for, in registers, or of any length.
 *
 * <p>The class data of each hidden class are its lanes, as in {@link VectorTileKernels}, and its
 * length. Each length has a class so that its loop is compiled on its own: C2 inlines only so much
 * bytecode into one method, and boxes the vectors of the rest.
 */
final class VectorChainBlur implements ChainBlur {

  private static final int[] LANES_AND_LENGTH = classData();
  private static final int SHIFT = Integer.numberOfTrailingZeros(LANES_AND_LENGTH[0]);
  private static final int LENGTH = LANES_AND_LENGTH[1];
  private static final VectorSpecies<Float> S =
      SHIFT == 2
          ? FloatVector.SPECIES_128
          : SHIFT == 3 ? FloatVector.SPECIES_256 : FloatVector.SPECIES_512;
  private static final Class<? extends FloatVector> TYPE =
      S.vectorType().asSubclass(FloatVector.class);

  private static int[] classData() {
    try {
      return MethodHandles.classData(MethodHandles.lookup(), "_", int[].class);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static FloatVector load(float[] values, int at) {
    return TYPE.cast(FloatVector.fromArray(S, values, at));
  }

  @Override
  public void blur(float[] values, int[] chains, int length, int from, int to, int scratch) {
    switch (LENGTH) {
      case 2 -> blurPairs(values, chains, from, to);
      case 3 -> blurTriples(values, chains, from, to);
      case 4 -> blurFours(values, chains, from, to);
      case 5 -> blurFives(values, chains, from, to);
      case 6 -> blurSixes(values, chains, from, to);
      default -> {
        for (int at = from; at < to; at += length) {
          blurAny(values, chains, at, length, scratch);
        }
      }
    }
  }

  private static void blurPairs(float[] values, int[] chains, int from, int to) {
    for (int at = from; at < to; at += 2) {
      FloatVector a = load(values, chains[at] << SHIFT);
      FloatVector b = load(values, chains[at + 1] << SHIFT);
      atEnd(values, chains[at] << SHIFT, a, b);
      atEnd(values, chains[at + 1] << SHIFT, b, a);
    }
  }

  private static void blurTriples(float[] values, int[] chains, int from, int to) {
    for (int at = from; at < to; at += 3) {
      FloatVector a = load(values, chains[at] << SHIFT);
      FloatVector b = load(values, chains[at + 1] << SHIFT);
      FloatVector c = load(values, chains[at + 2] << SHIFT);
      atEnd(values, chains[at] << SHIFT, a, b);
      between(values, chains[at + 1] << SHIFT, a, b, c);
      atEnd(values, chains[at + 2] << SHIFT, c, b);
    }
  }

  private static void blurFours(float[] values, int[] chains, int from, int to) {
    for (int at = from; at < to; at += 4) {
      FloatVector a = load(values, chains[at] << SHIFT);
      FloatVector b = load(values, chains[at + 1] << SHIFT);
      FloatVector c = load(values, chains[at + 2] << SHIFT);
      FloatVector d = load(values, chains[at + 3] << SHIFT);
      atEnd(values, chains[at] << SHIFT, a, b);
      between(values, chains[at + 1] << SHIFT, a, b, c);
      between(values, chains[at + 2] << SHIFT, b, c, d);
      atEnd(values, chains[at + 3] << SHIFT, d, c);
    }
  }

  private static void blurFives(float[] values, int[] chains, int from, int to) {
    for (int at = from; at < to; at += 5) {
      FloatVector a = load(values, chains[at] << SHIFT);
      FloatVector b = load(values, chains[at + 1] << SHIFT);
      FloatVector c = load(values, chains[at + 2] << SHIFT);
      FloatVector d = load(values, chains[at + 3] << SHIFT);
      FloatVector e = load(values, chains[at + 4] << SHIFT);
      atEnd(values, chains[at] << SHIFT, a, b);
      between(values, chains[at + 1] << SHIFT, a, b, c);
      between(values, chains[at + 2] << SHIFT, b, c, d);
      between(values, chains[at + 3] << SHIFT, c, d, e);
      atEnd(values, chains[at + 4] << SHIFT, e, d);
    }
  }

  private static void blurSixes(float[] values, int[] chains, int from, int to) {
    for (int at = from; at < to; at += 6) {
      FloatVector a = load(values, chains[at] << SHIFT);
      FloatVector b = load(values, chains[at + 1] << SHIFT);
      FloatVector c = load(values, chains[at + 2] << SHIFT);
      FloatVector d = load(values, chains[at + 3] << SHIFT);
      FloatVector e = load(values, chains[at + 4] << SHIFT);
      FloatVector f = load(values, chains[at + 5] << SHIFT);
      atEnd(values, chains[at] << SHIFT, a, b);
      between(values, chains[at + 1] << SHIFT, a, b, c);
      between(values, chains[at + 2] << SHIFT, b, c, d);
      between(values, chains[at + 3] << SHIFT, c, d, e);
      between(values, chains[at + 4] << SHIFT, d, e, f);
      atEnd(values, chains[at + 5] << SHIFT, f, e);
    }
  }

  /** Passes each old value to the next vertex through memory, as C2 boxes loop-carried vectors. */
  private static void blurAny(float[] values, int[] chain, int from, int length, int scratch) {
    int place = chain[from] << SHIFT;
    TYPE.cast(FloatVector.zero(S)).intoArray(values, scratch);
    for (int at = from + 1; at < from + length; at++) {
      int next = chain[at] << SHIFT;
      FloatVector here = load(values, place);
      FloatVector around = load(values, scratch).add(load(values, next));
      here.intoArray(values, scratch);
      here.add(around.mul(0.5f)).intoArray(values, place);
      place = next;
    }
    atEnd(values, place, load(values, place), load(values, scratch));
  }

  private static void atEnd(float[] values, int at, FloatVector here, FloatVector other) {
    here.add(other.mul(0.5f)).intoArray(values, at);
  }

  private static void between(
      float[] values, int at, FloatVector before, FloatVector here, FloatVector after) {
    here.add(before.add(after).mul(0.5f)).intoArray(values, at);
  }
}
