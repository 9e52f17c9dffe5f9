package org.deeplabspark.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.deeplabspark.network.LayerSpec;
import org.deeplabspark.network.LayerSpec.BatchNorm;
import org.deeplabspark.network.LayerSpec.Convolution;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.network.ParameterSpec;

/**
 * Takes a network's parameters from a weights file of another program: an ONNX file's initialisers
 * or safetensors. All or nothing: whatever does not fit is listed at once.
 *
 * <p>A file whose batch normalisation was folded away fits too: convolutions that have a bias there
 * and a normalisation here get one that only adds that bias.
 */
public final class WeightsImport {

  private static final double CLASSIFIER_DEVIATION = 0.01;

  private final NetworkSpec network;
  private final NameMap names;
  private final Map<String, NamedTensor> given = new HashMap<>();
  private final Map<String, float[]> taken = new HashMap<>();
  private final List<String> faults = new ArrayList<>();
  private final Random random;

  private WeightsImport(NetworkSpec network, NameMap names, long seed) {
    this.network = network;
    this.names = names;
    this.random = new Random(seed);
  }

  /**
   * Reads a weights file.
   *
   * @param file an ONNX or a safetensors file's content, known by its first bytes
   * @param names what its layers are called
   * @param seed of the layers that the map calls fresh
   * @throws IllegalArgumentException if the file is malformed, or listing all that is missing, of
   *     another shape or left over
   */
  public static Checkpoint read(NetworkSpec network, byte[] file, NameMap names, long seed) {
    WeightsImport weights = new WeightsImport(network, names, seed);
    if (!Safetensors.is(file)) {
      OnnxExternalData.refuse(network.name(), file);
    }
    var tensors = Safetensors.is(file) ? Safetensors.read(file) : OnnxInitializers.read(file);
    tensors.forEach(
        (name, tensor) -> names.here(name).ifPresent(here -> weights.given.put(here, tensor)));
    return weights.checkpoint();
  }

  private Checkpoint checkpoint() {
    Map<String, LayerSpec> byName = new HashMap<>();
    for (LayerSpec layer : network.layers()) {
      byName.put(layer.name(), layer);
      boolean absent =
          layer.parameters().stream().noneMatch(parameter -> given.containsKey(parameter.name()));
      if (absent && names.isFresh(layer.name())) {
        layer
            .parameters()
            .forEach(parameter -> taken.put(parameter.name(), fresh(layer, parameter)));
      } else if (absent
          && layer instanceof BatchNorm norm
          && byName.get(norm.input()) instanceof Convolution folded
          && !folded.bias()
          && given.containsKey(folded.name() + ".bias")) {
        unfold(norm, folded);
      } else {
        layer.parameters().forEach(this::take);
      }
    }
    for (String left : new TreeSet<>(given.keySet())) {
      faults.add("extra " + left + " " + given.get(left).shape());
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(
          String.format("Invalid weights for %s: %s", network.name(), String.join("; ", faults)));
    }
    return new Checkpoint(network, taken);
  }

  private void take(ParameterSpec parameter) {
    NamedTensor tensor = given.remove(parameter.name());
    if (tensor == null) {
      faults.add("missing " + parameter.name() + " " + parameter.shape());
    } else if (!tensor.shape().equals(parameter.shape())) {
      faults.add(
          String.format(
              "%s has shape %s instead of %s",
              parameter.name(), tensor.shape(), parameter.shape()));
    } else {
      taken.put(parameter.name(), tensor.values());
    }
  }

  /** scale 1, mean 0, and the variance that gives a divisor of 1. */
  private void unfold(BatchNorm norm, Convolution folded) {
    float[] ones = new float[norm.channels()];
    Arrays.fill(ones, 1);
    float[] variance = new float[norm.channels()];
    Arrays.fill(variance, (float) (1 - norm.epsilon()));
    taken.put(norm.name() + ".weight", ones);
    taken.put(norm.name() + ".running_mean", new float[norm.channels()]);
    taken.put(norm.name() + ".running_var", variance);
    given.put(norm.name() + ".bias", given.remove(folded.name() + ".bias"));
    take(ParameterSpec.of(norm.name() + ".bias", norm.channels()));
  }

  /** He et al. 2015 for filters, near nothing for classifiers; no bias, an idle normalisation. */
  private float[] fresh(LayerSpec layer, ParameterSpec parameter) {
    float[] values = new float[parameter.length()];
    if (parameter.shape().size() == 4) {
      double deviation =
          ((Convolution) layer).classifier()
              ? CLASSIFIER_DEVIATION
              : Math.sqrt(2.0 * parameter.shape().get(0) / values.length);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (random.nextGaussian() * deviation);
      }
    } else if (layer instanceof BatchNorm
        && (parameter.name().endsWith(".weight") || parameter.name().endsWith(".running_var"))) {
      Arrays.fill(values, 1);
    }
    return values;
  }
}
