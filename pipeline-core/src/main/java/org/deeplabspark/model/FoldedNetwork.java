package org.deeplabspark.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplabspark.network.LayerSpec;
import org.deeplabspark.network.LayerSpec.BatchNorm;
import org.deeplabspark.network.LayerSpec.Convolution;
import org.deeplabspark.network.NetworkSpec;

/**
 * A network without batch normalisation that answers the same: with stored statistics a
 * normalisation is a linear map a channel, and goes into the convolution before it.
 *
 * <p>w' = w g / sqrt(v + e), b' = (b - m) g / sqrt(v + e) + beta. The convolution keeps its name;
 * what read the normalisation reads the convolution.
 *
 * @param network layers without {@link BatchNorm}
 * @param checkpoint its parameters
 */
public record FoldedNetwork(NetworkSpec network, Checkpoint checkpoint) {

  /**
   * Folds all normalisations.
   *
   * @throws IllegalArgumentException if one does not follow a convolution that nothing else reads
   */
  public static FoldedNetwork of(NetworkSpec network, Checkpoint checkpoint) {
    Map<String, BatchNorm> norms = norms(network);
    Map<String, String> renamed = new HashMap<>();
    List<LayerSpec> layers = new ArrayList<>();
    Map<String, float[]> values = new HashMap<>();
    for (LayerSpec layer : network.layers()) {
      if (layer instanceof BatchNorm norm) {
        renamed.put(norm.name(), norm.input());
        continue;
      }
      LayerSpec read = layer.reading(input -> renamed.getOrDefault(input, input));
      BatchNorm norm = norms.get(layer.name());
      if (norm != null) {
        read = fold((Convolution) read, norm, checkpoint, values);
      } else {
        layer.parameters().forEach(p -> values.put(p.name(), checkpoint.values(p.name())));
      }
      layers.add(read);
    }
    NetworkSpec folded = network.withLayers(layers);
    return new FoldedNetwork(folded, new Checkpoint(folded, values));
  }

  /** Normalisations by the convolution that they follow. */
  private static Map<String, BatchNorm> norms(NetworkSpec network) {
    Map<String, Integer> readers = new HashMap<>();
    Map<String, LayerSpec> byName = new HashMap<>();
    for (LayerSpec layer : network.layers()) {
      byName.put(layer.name(), layer);
      layer.inputs().forEach(input -> readers.merge(input, 1, Integer::sum));
    }
    Map<String, BatchNorm> norms = new HashMap<>();
    for (LayerSpec layer : network.layers()) {
      if (layer instanceof BatchNorm norm) {
        if (!(byName.get(norm.input()) instanceof Convolution) || readers.get(norm.input()) != 1) {
          throw new IllegalArgumentException(
              String.format(
                  "Invalid network: %s cannot be folded into a convolution", norm.name()));
        }
        norms.put(norm.input(), norm);
      }
    }
    return norms;
  }

  private static Convolution fold(
      Convolution layer, BatchNorm norm, Checkpoint checkpoint, Map<String, float[]> values) {
    float[] weights = checkpoint.values(layer.name() + ".weight").clone();
    float[] bias =
        layer.bias()
            ? checkpoint.values(layer.name() + ".bias").clone()
            : new float[layer.channels()];
    float[] scale = checkpoint.values(norm.name() + ".weight");
    float[] shift = checkpoint.values(norm.name() + ".bias");
    float[] mean = checkpoint.values(norm.name() + ".running_mean");
    float[] variance = checkpoint.values(norm.name() + ".running_var");
    int taps = weights.length / bias.length;
    for (int channel = 0; channel < bias.length; channel++) {
      double factor = scale[channel] / Math.sqrt(variance[channel] + norm.epsilon());
      for (int i = channel * taps; i < (channel + 1) * taps; i++) {
        weights[i] = (float) (weights[i] * factor);
      }
      bias[channel] = (float) ((bias[channel] - mean[channel]) * factor + shift[channel]);
    }
    values.put(layer.name() + ".weight", weights);
    values.put(layer.name() + ".bias", bias);
    return layer.withBias();
  }
}
