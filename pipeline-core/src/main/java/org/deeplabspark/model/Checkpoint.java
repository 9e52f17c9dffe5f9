package org.deeplabspark.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.network.ParameterSpec;

/**
 * The values of all parameters of a network, by name, in C order.
 *
 * <p>It is complete and sound by construction: every parameter of the network is there with the
 * right length, nothing else is, and all values are finite.
 */
public final class Checkpoint {

  private static final int MOST_NAMED = 10;

  private final Map<String, float[]> values;

  /**
   * Takes ownership of the arrays.
   *
   * @param network whose parameters these are
   * @param values one array a parameter
   * @throws IllegalArgumentException naming what is missing, superfluous or of another length, has
   *     values that are no finite numbers, or is a variance below 0: the first ten, and how many
   *     more
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
      } else {
        firstBad(parameter.name(), array).ifPresent(faults::add);
      }
    }
    for (String name : values.keySet()) {
      if (!ordered.containsKey(name)) {
        faults.add("unknown " + name);
      }
    }
    if (!faults.isEmpty()) {
      int more = faults.size() - MOST_NAMED;
      throw new IllegalArgumentException(
          String.format(
              "Invalid parameters for %s: %s%s",
              network.name(),
              faults.stream().limit(MOST_NAMED).collect(Collectors.joining("; ")),
              more > 0 ? "; and " + more + " more" : ""));
    }
    this.values = ordered;
  }

  private static Optional<String> firstBad(String name, float[] array) {
    boolean variance = name.endsWith(".running_var");
    for (int i = 0; i < array.length; i++) {
      if (!Float.isFinite(array[i]) || (variance && array[i] < 0)) {
        return Optional.of(
            String.format(
                "%s has %s at place %d, must be %s",
                name, array[i], i, variance ? "a finite variance from 0 on" : "a finite number"));
      }
    }
    return Optional.empty();
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
