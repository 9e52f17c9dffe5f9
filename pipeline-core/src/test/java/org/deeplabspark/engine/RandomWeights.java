package org.deeplabspark.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.deeplabspark.model.Checkpoint;
import org.deeplabspark.network.LayerSpec;
import org.deeplabspark.network.LayerSpec.BatchNorm;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.network.ParameterSpec;

/** Weights and statistics as uneven as those of a trained network. */
public final class RandomWeights {

  /** Normal numbers to draw from: drawing each anew takes seconds for a large network. */
  private static final float[] NORMAL = new float[1 << 16];

  static {
    Random random = new Random(11);
    for (int i = 0; i < NORMAL.length; i++) {
      NORMAL[i] = (float) random.nextGaussian();
    }
  }

  private RandomWeights() {}

  /** Weights of every parameter. */
  public static Checkpoint of(NetworkSpec network) {
    SplittableRandom random = new SplittableRandom(11);
    Map<String, float[]> values = new HashMap<>();
    for (LayerSpec layer : network.layers()) {
      for (ParameterSpec parameter : layer.parameters()) {
        values.put(parameter.name(), values(layer, parameter, random));
      }
    }
    return new Checkpoint(network, values);
  }

  private static float[] values(LayerSpec layer, ParameterSpec parameter, SplittableRandom random) {
    float[] array = new float[parameter.length()];
    boolean filters = parameter.shape().size() == 4;
    boolean positive =
        layer instanceof BatchNorm
            && (parameter.name().endsWith(".weight") || parameter.name().endsWith("_var"));
    // He et al. 2015, by the values that go into one output.
    float deviation =
        filters ? (float) Math.sqrt(2.0 * parameter.shape().get(0) / array.length) : 0.3f;
    for (int i = 0; i < array.length; i++) {
      array[i] =
          positive
              ? (float) random.nextDouble(0.5, 1.5)
              : NORMAL[random.nextInt(NORMAL.length)] * deviation;
    }
    return array;
  }
}
