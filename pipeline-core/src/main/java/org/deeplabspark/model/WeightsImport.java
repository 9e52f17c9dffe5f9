package org.deeplabspark.model;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.deeplabspark.network.LayerSpec;
import org.deeplabspark.network.LayerSpec.BatchNorm;
import org.deeplabspark.network.LayerSpec.Convolution;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.network.ParameterSpec;

/**
 * Takes a network's parameters from a {@link WeightsFile} of another program. All or nothing:
 * whatever does not fit is listed at once.
 *
 * <p>A file whose batch normalisation was folded away fits too: convolutions that have a bias there
 * and a normalisation here get one that only adds that bias. So does one whose normalisation has
 * {@code .scale_factor}, by which Caffe divides the stored mean and variance. Where the
 * convolutions of a graph have names that an exporter made up, they are told by what they read.
 */
public final class WeightsImport {

  private static final double CLASSIFIER_DEVIATION = 0.01;
  private static final String SCALE_FACTOR = ".scale_factor";

  private final NetworkSpec network;
  private final NameMap names;
  private final Map<String, StoredTensor> given = new HashMap<>();
  private final Map<String, float[]> taken = new HashMap<>();
  private final ImportReport report;
  private final Random random;

  private WeightsImport(NetworkSpec network, NameMap names, long seed) {
    this.network = network;
    this.names = names;
    this.report = new ImportReport(network);
    this.random = new Random(seed);
  }

  /**
   * Reads a weights file.
   *
   * @param file the content of a file that {@link WeightsFile} knows
   * @param names what its layers are called
   * @param seed of the layers that the map calls fresh
   * @throws WeightsMismatch with all that is missing, of another shape or left over
   * @throws IllegalArgumentException if the file is malformed
   */
  public static Checkpoint read(NetworkSpec network, byte[] file, NameMap names, long seed) {
    return read(network, file, names, seed, note -> {});
  }

  /**
   * As {@link #read(NetworkSpec, byte[], NameMap, long)}.
   *
   * @param notes gets one line a thing that fits and that people should know nevertheless
   */
  public static Checkpoint read(
      NetworkSpec network, byte[] file, NameMap names, long seed, Consumer<String> notes) {
    WeightsImport weights = new WeightsImport(network, names, seed);
    weights.name(WeightsFile.read(network.name(), file), notes);
    return weights.checkpoint();
  }

  private void name(WeightsFile file, Consumer<String> notes) {
    Set<String> matched = new HashSet<>();
    if (file.convolutions().stream().anyMatch(StoredConvolution::unnamed)) {
      Map<String, StoredConvolution> matches = StructureMatch.of(network, file.convolutions());
      StructureMatch.differences(network, matches).ifPresent(notes);
      matches.forEach(
          (layer, convolution) -> {
            give(layer + ".weight", convolution.weight());
            matched.add(convolution.weight().name());
            convolution
                .bias()
                .ifPresent(
                    bias -> {
                      give(layer + ".bias", bias);
                      matched.add(bias.name());
                    });
          });
    }
    file.tensors().stream()
        .filter(tensor -> tensor.floating() && !matched.contains(tensor.name()))
        .forEach(tensor -> names.here(tensor.name()).ifPresent(here -> give(here, tensor)));
  }

  private void give(String here, StoredTensor tensor) {
    StoredTensor earlier = given.putIfAbsent(here, tensor);
    if (earlier != null) {
      report.doubled(here, earlier, tensor);
    }
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
        if (layer instanceof BatchNorm && given.containsKey(layer.name() + SCALE_FACTOR)) {
          divide(layer.name());
        }
      }
    }
    given.values().stream().sorted(Comparator.comparing(StoredTensor::name)).forEach(report::left);
    report.requireNone();
    return new Checkpoint(network, taken);
  }

  private void take(ParameterSpec parameter) {
    StoredTensor tensor = given.remove(parameter.name());
    if (tensor == null) {
      report.missing(parameter);
    } else if (!tensor.hasShape(parameter.shape())) {
      report.misshapen(parameter, tensor);
    } else {
      taken.put(parameter.name(), tensor.numbers().get());
    }
  }

  /** Caffe stores sums over a moving window, and by what to divide them; 0 where there are none. */
  private void divide(String norm) {
    ParameterSpec factor = ParameterSpec.of(norm + SCALE_FACTOR, 1);
    take(factor);
    float[] divisor = taken.remove(factor.name());
    for (String statistic : List.of(".running_mean", ".running_var")) {
      float[] values = taken.get(norm + statistic);
      for (int i = 0; divisor != null && values != null && i < values.length; i++) {
        values[i] = divisor[0] == 0 ? 0 : values[i] / divisor[0];
      }
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
