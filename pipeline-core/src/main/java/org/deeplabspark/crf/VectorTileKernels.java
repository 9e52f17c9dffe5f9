package org.deeplabspark.crf;

import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * One tile lane a vector lane.
 *
 * <p>The compiler needs the species as a constant: the class is defined once for each number of
 * lanes, as a hidden class whose class data is that number.
 */
final class VectorTileKernels implements TileKernels {

  private static final int LANES = lanesOfThisClass();
  private static final VectorSpecies<Float> S =
      LANES == 4
          ? FloatVector.SPECIES_128
          : LANES == 8 ? FloatVector.SPECIES_256 : FloatVector.SPECIES_512;
  // Vectors of several lengths in one JVM blur the compiler's profiles of the methods they share,
  // and it then boxes them. A
  // cast to the exact class, wherever a vector is made, tells it what it needs.
  private static final Class<? extends FloatVector> TYPE =
      S.vectorType().asSubclass(FloatVector.class);
  private static final int SHIFT = Integer.numberOfTrailingZeros(LANES);
  private static final TileKernels TAIL = new ScalarTileKernels(LANES);

  private final ChainBlur[] blurs; // by length, 0 for any

  VectorTileKernels(ChainBlur[] blurs) {
    this.blurs = blurs;
  }

  private static int lanesOfThisClass() {
    try {
      Integer lanes = MethodHandles.classData(MethodHandles.lookup(), "_", Integer.class);
      return lanes == null ? FloatVector.SPECIES_PREFERRED.length() : lanes;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static FloatVector load(float[] values, int at) {
    return TYPE.cast(FloatVector.fromArray(S, values, at));
  }

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public void splat(
      float[] q, float[] before, Corners corners, float[] values, int base, int from, int to) {
    if (corners.count() == 6) {
      splatSix(q, before, corners.vertices(), corners.weights(), values, base, from, to);
    } else {
      splatThree(q, before, corners.vertices(), corners.weights(), values, base, from, to);
    }
  }

  private static void splatSix(
      float[] q,
      float[] before,
      int[] vertices,
      float[] weights,
      float[] values,
      int base,
      int from,
      int to) {
    for (int pixel = from; pixel < to; pixel++) {
      FloatVector v = load(q, pixel << SHIFT).mul(before[pixel]);
      int entry = 6 * pixel;
      accumulate(values, base + (vertices[entry] << SHIFT), v, weights[entry]);
      accumulate(values, base + (vertices[entry + 1] << SHIFT), v, weights[entry + 1]);
      accumulate(values, base + (vertices[entry + 2] << SHIFT), v, weights[entry + 2]);
      accumulate(values, base + (vertices[entry + 3] << SHIFT), v, weights[entry + 3]);
      accumulate(values, base + (vertices[entry + 4] << SHIFT), v, weights[entry + 4]);
      accumulate(values, base + (vertices[entry + 5] << SHIFT), v, weights[entry + 5]);
    }
  }

  private static void splatThree(
      float[] q,
      float[] before,
      int[] vertices,
      float[] weights,
      float[] values,
      int base,
      int from,
      int to) {
    for (int pixel = from; pixel < to; pixel++) {
      FloatVector v = load(q, pixel << SHIFT).mul(before[pixel]);
      int entry = 3 * pixel;
      accumulate(values, base + (vertices[entry] << SHIFT), v, weights[entry]);
      accumulate(values, base + (vertices[entry + 1] << SHIFT), v, weights[entry + 1]);
      accumulate(values, base + (vertices[entry + 2] << SHIFT), v, weights[entry + 2]);
    }
  }

  private static void accumulate(float[] values, int at, FloatVector v, float weight) {
    load(values, at).add(v.mul(weight)).intoArray(values, at);
  }

  @Override
  public void blur(float[] values, Chains chains, int part) {
    int scratch = values.length - (part + 1) * LANES;
    for (int length = 2; length <= Chains.LISTED; length++) {
      int from = chains.from(length, part);
      int to = chains.from(length, part + 1);
      ChainBlur blur = blurs[length < blurs.length ? length : 0];
      blur.blur(values, chains.list(length), length, from, to, scratch);
    }
    int[] longer = chains.longer();
    int end = chains.longerFrom(part + 1);
    for (int at = chains.longerFrom(part); at < end; ) {
      int length = longer[at];
      blurs[0].blur(values, longer, length, at + 1, at + 1 + length, scratch);
      at += 1 + length;
    }
  }

  @Override
  public void slice(
      float[] values,
      int base,
      Corners corners,
      float[] start,
      float[] out,
      float[] after,
      float factor,
      int from,
      int to) {
    int[] vertices = corners.vertices();
    float[] weights = corners.weights();
    if (corners.count() == 6) {
      sliceSix(values, base, vertices, weights, start, out, after, factor, from, to);
    } else {
      sliceThree(values, base, vertices, weights, start, out, after, factor, from, to);
    }
  }

  private static void sliceSix(
      float[] values,
      int base,
      int[] vertices,
      float[] weights,
      float[] start,
      float[] out,
      float[] after,
      float factor,
      int from,
      int to) {
    for (int pixel = from; pixel < to; pixel++) {
      int entry = 6 * pixel;
      FloatVector sum =
          weighted(values, base + (vertices[entry] << SHIFT), weights[entry])
              .add(weighted(values, base + (vertices[entry + 1] << SHIFT), weights[entry + 1]))
              .add(weighted(values, base + (vertices[entry + 2] << SHIFT), weights[entry + 2]))
              .add(weighted(values, base + (vertices[entry + 3] << SHIFT), weights[entry + 3]))
              .add(weighted(values, base + (vertices[entry + 4] << SHIFT), weights[entry + 4]))
              .add(weighted(values, base + (vertices[entry + 5] << SHIFT), weights[entry + 5]));
      finish(sum, start, out, factor * after[pixel], pixel << SHIFT);
    }
  }

  private static void sliceThree(
      float[] values,
      int base,
      int[] vertices,
      float[] weights,
      float[] start,
      float[] out,
      float[] after,
      float factor,
      int from,
      int to) {
    for (int pixel = from; pixel < to; pixel++) {
      int entry = 3 * pixel;
      FloatVector sum =
          weighted(values, base + (vertices[entry] << SHIFT), weights[entry])
              .add(weighted(values, base + (vertices[entry + 1] << SHIFT), weights[entry + 1]))
              .add(weighted(values, base + (vertices[entry + 2] << SHIFT), weights[entry + 2]));
      finish(sum, start, out, factor * after[pixel], pixel << SHIFT);
    }
  }

  private static FloatVector weighted(float[] values, int at, float weight) {
    return load(values, at).mul(weight);
  }

  private static void finish(FloatVector sum, float[] start, float[] out, float factor, int at) {
    load(start, at).add(sum.mul(factor)).intoArray(out, at);
  }

  @Override
  public void blurRow(float[] rows, int out, int centre, int one, int other, int count) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector a = load(rows, one + i);
      FloatVector half = a.add(load(rows, other + i)).mul(0.5f);
      load(rows, centre + i).add(half).intoArray(rows, out + i);
    }
  }

  @Override
  public void addMaxima(float[] e, float[] z, int from, int to, LaneMaxima maxima) {
    float[] room = maxima.room;
    Arrays.fill(room, 0, 2 * LANES, 0);
    // Two of them, so that one need not wait for the other's way through memory.
    int pixel = from;
    for (; pixel + 1 < to; pixel += 2) {
      int at = pixel << SHIFT;
      load(room, 0).max(load(e, at).mul(1 / z[pixel])).intoArray(room, 0);
      load(room, LANES).max(load(e, at + LANES).mul(1 / z[pixel + 1])).intoArray(room, LANES);
    }
    for (int lane = 0; lane < 2 * LANES; lane++) {
      maxima.raise(lane & LANES - 1, room[lane]);
    }
    TAIL.addMaxima(e, z, pixel, to, maxima);
  }
}
