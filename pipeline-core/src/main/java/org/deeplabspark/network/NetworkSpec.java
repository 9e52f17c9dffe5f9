package org.deeplabspark.network;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplabspark.network.LayerSpec.Convolution;

/**
 * A network as data: both the Deeplearning4j graph that trains it and the ONNX file that serves it
 * are made from this one description.
 *
 * <p>It reads {@link #INPUT} [n][3][height][width] and answers logits [n][classes][h][w] from its
 * last layer, one for about {@code outputStride} pixels.
 *
 * @param name what users call it
 * @param classes channels of the last layer
 * @param outputStride pixels of the input a step of the output
 * @param layers in an order in which each reads only earlier ones
 */
public record NetworkSpec(String name, int classes, int outputStride, List<LayerSpec> layers) {

  /** Name of the input. */
  public static final String INPUT = "image";

  /** Channels of the input. */
  public static final int INPUT_CHANNELS = 3;

  /**
   * Checks that names are unique, that layers read earlier ones only and that channels fit.
   *
   * @throws IllegalArgumentException naming the first layer that does not fit
   */
  public NetworkSpec {
    layers = List.copyOf(layers);
    Map<String, Integer> channels = new HashMap<>(Map.of(INPUT, INPUT_CHANNELS));
    for (LayerSpec layer : layers) {
      for (String input : layer.inputs()) {
        int wanted = layer instanceof Convolution c ? c.inChannels() : layer.channels();
        if (channels.getOrDefault(input, -1) != wanted) {
          throw new IllegalArgumentException(
              String.format(
                  "Invalid network %s: %s reads %d channels of %s, which has %s",
                  name, layer.name(), wanted, input, channels.get(input)));
        }
      }
      if (channels.put(layer.name(), layer.channels()) != null) {
        throw new IllegalArgumentException(
            String.format("Invalid network %s: two layers named %s", name, layer.name()));
      }
    }
    if (layers.isEmpty() || layers.get(layers.size() - 1).channels() != classes) {
      throw new IllegalArgumentException(
          String.format("Invalid network %s: the last layer must have %d channels", name, classes));
    }
  }

  /**
   * A network by the name users give it.
   *
   * @param name {@code compact}
   * @param classes at least 2
   * @throws IllegalArgumentException if there is none of that name
   */
  public static NetworkSpec named(String name, int classes) {
    if (classes < 2 || classes > 255) {
      throw new IllegalArgumentException("Invalid class count: must be 2 to 255, got " + classes);
    }
    if (name.equals(CompactNetwork.NAME)) {
      return CompactNetwork.of(classes);
    }
    throw new IllegalArgumentException(
        String.format("Invalid network: must be %s, got %s", CompactNetwork.NAME, name));
  }

  /** Name of the layer that gives the logits. */
  public String output() {
    return layers.get(layers.size() - 1).name();
  }

  /** All parameters, in the order of the layers. */
  public List<ParameterSpec> parameters() {
    return layers.stream().flatMap(layer -> layer.parameters().stream()).toList();
  }

  /** Number of values in all parameters, the stored statistics of batch normalisation included. */
  public long parameterCount() {
    return parameters().stream().mapToLong(ParameterSpec::length).sum();
  }

  /** Rows (or columns) of the output for a number of them in the input. */
  public int outputSize(int size) {
    Map<String, Integer> sizes = new HashMap<>(Map.of(INPUT, size));
    for (LayerSpec layer : layers) {
      int read = sizes.get(layer.inputs().get(0));
      sizes.put(layer.name(), layer instanceof Convolution c ? c.outputSize(read) : read);
    }
    return sizes.get(output());
  }

  /** Multiply-adds of all convolutions for one image of that size. */
  public long multiplyAdds(int height, int width) {
    Map<String, int[]> sizes = new HashMap<>(Map.of(INPUT, new int[] {height, width}));
    long sum = 0;
    for (LayerSpec layer : layers) {
      int[] size = sizes.get(layer.inputs().get(0));
      if (layer instanceof Convolution c) {
        size = new int[] {c.outputSize(size[0]), c.outputSize(size[1])};
        sum += (long) size[0] * size[1] * c.parameters().get(0).length();
      }
      sizes.put(layer.name(), size);
    }
    return sum;
  }

  /** Side, in pixels, of the square of the input that one logit sees. */
  public int fieldOfView() {
    Map<String, Integer> fields = new HashMap<>(Map.of(INPUT, 1));
    Map<String, Integer> steps = new HashMap<>(Map.of(INPUT, 1));
    for (LayerSpec layer : layers) {
      int field = layer.inputs().stream().mapToInt(fields::get).max().orElseThrow();
      int step = steps.get(layer.inputs().get(0));
      if (layer instanceof Convolution c) {
        field += (c.effectiveKernel() - 1) * step;
        step *= c.stride();
      }
      fields.put(layer.name(), field);
      steps.put(layer.name(), step);
    }
    return fields.get(output());
  }

  /** Names of the layers that score classes. */
  public Set<String> classifiers() {
    Set<String> names = new HashSet<>();
    for (LayerSpec layer : layers) {
      if (layer instanceof Convolution c && c.classifier()) {
        names.add(c.name());
      }
    }
    return names;
  }
}
