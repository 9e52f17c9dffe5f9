package org.deeplabspark.crf;

import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels on vectors with as many lanes as the tile.
 *
 * <p>The compiler needs the species as a constant, so the class is defined once for each number of
 * lanes, as a hidden class whose class data is that number.
 */
final class VectorTileKernels implements TileKernels {

  private static final int LANES = lanesOfThisClass();
  private static final VectorSpecies<Float> S =
      LANES == 4
          ? FloatVector.SPECIES_128
          : LANES == 8 ? FloatVector.SPECIES_256 : FloatVector.SPECIES_512;
  // Vectors of several lengths in one JVM spoil the compiler's profiles of the methods they share,
  // and it then boxes them. A cast to the exact class, wherever a vector is loaded, prevents that.
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
  public void splat(float[] q, float[] before, Corners corners, float[] values, int from, int to) {
    if (corners.count() == 6) {
      splatSix(q, before, corners, values, from, to);
    } else {
      splatThree(q, before, corners, values, from, to);
    }
  }

  private static void splatSix(
      float[] q, float[] before, Corners corners, float[] values, int from, int to) {
    int[] vertices = corners.vertices();
    float[] weights = corners.weights();
    for (int pixel = from; pixel < to; pixel++) {
      FloatVector v = load(q, pixel << SHIFT).mul(before[pixel]);
      int entry = 6 * pixel;
      accumulate(values, vertices[entry] << SHIFT, v, weights[entry]);
      accumulate(values, vertices[entry + 1] << SHIFT, v, weights[entry + 1]);
      accumulate(values, vertices[entry + 2] << SHIFT, v, weights[entry + 2]);
      accumulate(values, vertices[entry + 3] << SHIFT, v, weights[entry + 3]);
      accumulate(values, vertices[entry + 4] << SHIFT, v, weights[entry + 4]);
      accumulate(values, vertices[entry + 5] << SHIFT, v, weights[entry + 5]);
    }
  }

  private static void splatThree(
      float[] q, float[] before, Corners corners, float[] values, int from, int to) {
    int[] vertices = corners.vertices();
    float[] weights = corners.weights();
    for (int pixel = from; pixel < to; pixel++) {
      FloatVector v = load(q, pixel << SHIFT).mul(before[pixel]);
      int entry = 3 * pixel;
      accumulate(values, vertices[entry] << SHIFT, v, weights[entry]);
      accumulate(values, vertices[entry + 1] << SHIFT, v, weights[entry + 1]);
      accumulate(values, vertices[entry + 2] << SHIFT, v, weights[entry + 2]);
    }
  }

  private static void accumulate(float[] values, int at, FloatVector v, float weight) {
    load(values, at).add(v.mul(weight)).intoArray(values, at);
  }

  @Override
  public ChainBlur chainBlur(int length) {
    return blurs[length < blurs.length ? length : 0];
  }

  @Override
  public void slice(
      float[] values,
      int offset,
      Corners corners,
      float[] base,
      float[] out,
      float[] after,
      float factor,
      int from,
      int to) {
    if (corners.count() == 6) {
      sliceSix(values, offset, corners, base, out, after, factor, from, to);
    } else {
      sliceThree(values, offset, corners, base, out, after, factor, from, to);
    }
  }

  private static void sliceSix(
      float[] values,
      int offset,
      Corners corners,
      float[] base,
      float[] out,
      float[] after,
      float factor,
      int from,
      int to) {
    int[] vertices = corners.vertices();
    float[] weights = corners.weights();
    for (int pixel = from; pixel < to; pixel++) {
      int entry = 6 * pixel;
      FloatVector sum =
          weighted(values, offset + (vertices[entry] << SHIFT), weights[entry])
              .add(weighted(values, offset + (vertices[entry + 1] << SHIFT), weights[entry + 1]))
              .add(weighted(values, offset + (vertices[entry + 2] << SHIFT), weights[entry + 2]))
              .add(weighted(values, offset + (vertices[entry + 3] << SHIFT), weights[entry + 3]))
              .add(weighted(values, offset + (vertices[entry + 4] << SHIFT), weights[entry + 4]))
              .add(weighted(values, offset + (vertices[entry + 5] << SHIFT), weights[entry + 5]));
      finish(sum, base, out, factor * after[pixel], pixel << SHIFT);
    }
  }

  private static void sliceThree(
      float[] values,
      int offset,
      Corners corners,
      float[] base,
      float[] out,
      float[] after,
      float factor,
      int from,
      int to) {
    int[] vertices = corners.vertices();
    float[] weights = corners.weights();
    for (int pixel = from; pixel < to; pixel++) {
      int entry = 3 * pixel;
      FloatVector sum =
          weighted(values, offset + (vertices[entry] << SHIFT), weights[entry])
              .add(weighted(values, offset + (vertices[entry + 1] << SHIFT), weights[entry + 1]))
              .add(weighted(values, offset + (vertices[entry + 2] << SHIFT), weights[entry + 2]));
      finish(sum, base, out, factor * after[pixel], pixel << SHIFT);
    }
  }

  private static FloatVector weighted(float[] values, int at, float weight) {
    return load(values, at).mul(weight);
  }

  private static void finish(FloatVector sum, float[] base, float[] out, float factor, int at) {
    load(base, at).add(sum.mul(factor)).intoArray(out, at);
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
    float[] scratch = maxima.scratch;
    Arrays.fill(scratch, 0, 2 * LANES, 0);
    // Two running maxima, so that one need not wait for the other's store and load.
    int pixel = from;
    for (; pixel + 1 < to; pixel += 2) {
      int at = pixel << SHIFT;
      load(scratch, 0).max(load(e, at).mul(1 / z[pixel])).intoArray(scratch, 0);
      load(scratch, LANES).max(load(e, at + LANES).mul(1 / z[pixel + 1])).intoArray(scratch, LANES);
    }
    for (int lane = 0; lane < 2 * LANES; lane++) {
      maxima.raise(lane & LANES - 1, scratch[lane]);
    }
    TAIL.addMaxima(e, z, pixel, to, maxima);
  }
}
