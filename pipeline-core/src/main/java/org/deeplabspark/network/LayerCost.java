package org.deeplabspark.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplabspark.network.LayerSpec.Convolution;
import org.deeplabspark.network.LayerSpec.Window;

/**
 * What one layer costs for one image, and how much of the image it sees.
 *
 * @param layer the layer
 * @param height rows of its output
 * @param width columns of its output
 * @param multiplyAdds of convolutions; 0 for other kinds, whose work is small beside them
 * @param fieldOfView side, in pixels, of the square of the input that one output sees
 */
public record LayerCost(
    LayerSpec layer, int height, int width, long multiplyAdds, int fieldOfView) {

  /** Costs of all layers, in their order, for an image of that size. */
  public static List<LayerCost> of(NetworkSpec network, int height, int width) {
    Map<String, LayerCost> done = new HashMap<>();
    Map<String, Integer> steps = new HashMap<>(Map.of(NetworkSpec.INPUT, 1));
    List<LayerCost> costs = new ArrayList<>();
    for (LayerSpec layer : network.layers()) {
      LayerCost read = done.get(layer.inputs().get(0));
      int rows = layer.outputSize(read == null ? height : read.height());
      int columns = layer.outputSize(read == null ? width : read.width());
      int field =
          layer.inputs().stream()
              .mapToInt(input -> done.containsKey(input) ? done.get(input).fieldOfView() : 1)
              .max()
              .orElseThrow();
      int step = steps.get(layer.inputs().get(0));
      if (layer instanceof Window window) {
        field += (window.effectiveKernel() - 1) * step;
        step *= window.stride();
      }
      long products =
          layer instanceof Convolution
              ? (long) rows * columns * layer.parameters().get(0).length()
              : 0;
      LayerCost cost = new LayerCost(layer, rows, columns, products, field);
      steps.put(layer.name(), step);
      done.put(layer.name(), cost);
      costs.add(cost);
    }
    return costs;
  }

  /** Number of values in its parameters. */
  public long parameters() {
    return layer.parameters().stream().mapToLong(ParameterSpec::length).sum();
  }

  /** Bytes of its output. */
  public long bytes() {
    return (long) Float.BYTES * layer.channels() * height * width;
  }

  /**
   * Bytes of the outputs that must be held at once while a network runs, each until its last reader
   * is done, the input included; what a library needs besides depends on the library.
   */
  public static long peakBytes(NetworkSpec network, int height, int width) {
    Map<String, Integer> lastReader = new HashMap<>();
    for (int i = 0; i < network.layers().size(); i++) {
      for (String input : network.layers().get(i).inputs()) {
        lastReader.put(input, i);
      }
    }
    long input = (long) Float.BYTES * NetworkSpec.INPUT_CHANNELS * height * width;
    Map<String, Long> held = new HashMap<>(Map.of(NetworkSpec.INPUT, input));
    long peak = 0;
    int index = 0;
    for (LayerCost cost : of(network, height, width)) {
      held.put(cost.layer().name(), cost.bytes());
      peak = Math.max(peak, held.values().stream().mapToLong(Long::longValue).sum());
      int now = index++;
      held.keySet().removeIf(name -> lastReader.getOrDefault(name, Integer.MAX_VALUE) <= now);
    }
    return peak;
  }
}
