package org.deeplabspark.network;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplabspark.network.LayerSpec.Convolution;
import org.deeplabspark.tensor.AlignCorners;

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
 * @param alignCorners whether logit i stands at pixel i * outputStride, so that sizes of one more
 *     than a multiple fit, or for the outputStride pixels from there on, so that multiples fit
 * @param layers in an order in which each reads only earlier ones
 */
public record NetworkSpec(
    String name, int classes, int outputStride, AlignCorners alignCorners, List<LayerSpec> layers) {

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

  /** Names that {@link #named} knows. */
  public static List<String> names() {
    return List.of(
        CompactNetwork.NAME,
        "vgg16-largefov",
        "vgg16-aspp-s",
        "vgg16-aspp-l",
        "resnet101-largefov",
        "resnet101-aspp");
  }

  /**
   * A network by the name users give it, with an output stride of 8.
   *
   * @param name one of {@link #names()}
   * @param classes 2 to 255
   * @throws IllegalArgumentException if there is none of that name
   */
  public static NetworkSpec named(String name, int classes) {
    return named(name, classes, 8);
  }

  /**
   * A network by the name users give it. Both output strides have the same parameters: with 16 the
   * rates are half of those with 8.
   *
   * @param name one of {@link #names()}
   * @param classes 2 to 255
   * @param outputStride 8, as published, or 16
   * @throws IllegalArgumentException if there is none of that name
   */
  public static NetworkSpec named(String name, int classes, int outputStride) {
    if (classes < 2 || classes > 255) {
      throw new IllegalArgumentException("Invalid class count: must be 2 to 255, got " + classes);
    }
    if (outputStride != 8 && outputStride != 16) {
      throw new IllegalArgumentException(
          "Invalid output stride: must be 8 or 16, got " + outputStride);
    }
    return switch (name) {
      case CompactNetwork.NAME -> CompactNetwork.of(classes, outputStride);
      case "vgg16-largefov" -> VggNetwork.largeFov(name, classes, outputStride);
      case "vgg16-aspp-s" -> VggNetwork.aspp(name, classes, outputStride, 2, 4, 8, 12);
      case "vgg16-aspp-l" -> VggNetwork.aspp(name, classes, outputStride, 6, 12, 18, 24);
      case "resnet101-largefov" -> ResNetNetwork.of(name, classes, outputStride, 12);
      case "resnet101-aspp" -> ResNetNetwork.of(name, classes, outputStride, 6, 12, 18, 24);
      default ->
          throw new IllegalArgumentException(
              String.format(
                  "Invalid network: must be one of %s, got %s", String.join(", ", names()), name));
    };
  }

  /** The same network made of other layers. */
  public NetworkSpec withLayers(List<LayerSpec> others) {
    return new NetworkSpec(name, classes, outputStride, alignCorners, others);
  }

  /** What an input's rows (and columns) must leave when divided by the output stride. */
  public int sizeRemainder() {
    return alignCorners == AlignCorners.YES ? 1 : 0;
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
      sizes.put(layer.name(), layer.outputSize(sizes.get(layer.inputs().get(0))));
    }
    return sizes.get(output());
  }

  /** Multiply-adds of all convolutions for one image of that size. */
  public long multiplyAdds(int height, int width) {
    return LayerCost.of(this, height, width).stream().mapToLong(LayerCost::multiplyAdds).sum();
  }

  /** Side, in pixels, of the square of the input that one logit sees. */
  public int fieldOfView() {
    List<LayerCost> costs = LayerCost.of(this, 1, 1);
    return costs.get(costs.size() - 1).fieldOfView();
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
