package org.deeplabspark.crf;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** What this machine's vectors hold, and a first use of them. */
final class VectorWidth {

  // Enough for the first compiler to start recording which classes of vectors a method meets.
  private static final int FIRST_USES = 6000;

  private VectorWidth() {}

  /** Floats of the widest vector worth using. */
  static int preferredLanes() {
    return FloatVector.SPECIES_PREFERRED.length();
  }

  /**
   * Uses two kinds of vectors that no kernel uses. The optimizing compiler guesses a vector's class
   * from the first two that a method met; where the kernels' own lengths were those two, it would
   * guess wrong for one of them and box its vectors (measured: 3 to 10 times slower). With both
   * places taken it waits until it knows the class.
   */
  static float keepGuessesAway() {
    float[] values = new float[64];
    values[0] = 1;
    for (int use = 0; use < FIRST_USES; use++) {
      use(FloatVector.SPECIES_64, values);
      use(FloatVector.SPECIES_MAX, values);
    }
    return values[0];
  }

  private static void use(VectorSpecies<Float> species, float[] values) {
    FloatVector v = FloatVector.fromArray(species, values, 0);
    FloatVector w = v.mul(0.5f).add(0.25f).sub(0.125f);
    w = w.mul(v).add(v).sub(w).div(FloatVector.broadcast(species, 3));
    w.add(w.mul(0.5f)).intoArray(values, 0);
  }
}
