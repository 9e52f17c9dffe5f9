package org.deeplabspark.crf;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The width of this machine's vectors, and a warm-up of the vector API's type profiles. */
final class VectorWidth {

  // Enough for C1 to start profiling which classes of vectors a method receives.
  private static final int WARM_UPS = 6000;

  private VectorWidth() {}

  /** Floats of the preferred vector. */
  static int preferredLanes() {
    return FloatVector.SPECIES_PREFERRED.length();
  }

  /**
   * Fills the vector API's type profiles with two species that no kernel uses. A profile holds the
   * first two receiver classes, from which C2 speculates; were those the kernels' own, it would
   * speculate wrongly for one of them and box its vectors (measured: 3 to 10 times slower). With
   * the profile full it relies on the class it can prove.
   */
  static float fillTypeProfiles() {
    float[] values = new float[64];
    values[0] = 1;
    for (int i = 0; i < WARM_UPS; i++) {
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
