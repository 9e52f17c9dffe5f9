package org.deeplabspark.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.network.ParameterSpec;

/**
 * The values of all parameters of a network, by name, in C order.
 *
 * <p>It is complete by construction: every parameter of the network is there with the right length,
 * and nothing else.
 */
public final class Checkpoint {

  private final Map<String, float[]> values;

  /**
   * Takes ownership of the arrays.
   *
   * @param network whose parameters these are
   * @param values one array a parameter
   * @throws IllegalArgumentException listing all that is missing, superfluous or of another length
   */
  public Checkpoint(NetworkSpec network, Map<String, float[]> values) {
    Map<String, float[]> ordered = new LinkedHashMap<>();
    List<String> faults = new ArrayList<>();
    for (ParameterSpec parameter : network.parameters()) {
      float[] array = values.get(parameter.name());
      ordered.put(parameter.name(), array);
      if (array == null) {
        faults.add("missing " + parameter.name());
      } else if (array.length != parameter.length()) {
        faults.add(
            String.format(
                "%s has %d values for shape %s",
                parameter.name(), array.length, parameter.shape()));
      }
    }
    for (String name : values.keySet()) {
      if (!ordered.containsKey(name)) {
        faults.add("unknown " + name);
      }
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid parameters for %s: %s", network.name(), String.join("; ", faults)));
    }
    this.values = ordered;
  }

  /**
   * Live view of one parameter.
   *
   * @throws IllegalArgumentException if the network has none of that name
   */
  public float[] values(String parameter) {
    float[] array = values.get(parameter);
    if (array == null) {
      throw new IllegalArgumentException("Invalid parameter name: got " + parameter);
    }
    return array;
  }
}
