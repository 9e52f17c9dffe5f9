package org.deeplabspark.train;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.convert.ModelWeights;
import org.deeplabspark.io.ModelFiles;
import org.deeplabspark.model.Checkpoint;
import org.deeplabspark.model.Model;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.model.ModelInput;
import org.deeplabspark.network.LayerSpec;
import org.deeplabspark.network.LayerSpec.BatchNorm;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.network.ParameterSpec;
import org.deeplabspark.settings.UsageException;

/** A model whose weights a training begins with. */
final class StartingPoint {

  private final ModelCard card;
  private final Checkpoint weights;

  private StartingPoint(ModelCard card, Checkpoint weights) {
    this.card = card;
    this.weights = weights;
  }

  /**
   * Reads a model directory.
   *
   * @param network what is to be trained: the same, but for the number of classes
   * @param frozen names of layers that will not learn
   * @throws UsageException if the model is of another network, or its batch normalisation is folded
   *     away and is to learn
   */
  static StartingPoint read(
      Configuration hadoop, String place, NetworkSpec network, Set<String> frozen)
      throws IOException {
    Model model = ModelFiles.directory(hadoop, place, "--from");
    NetworkSpec theirs;
    Checkpoint weights;
    try {
      theirs = model.card().spec();
      weights = ModelWeights.of(model);
    } catch (IllegalArgumentException e) {
      throw new UsageException("Invalid --from: " + place + ": " + e.getMessage(), e);
    }
    if (!theirs.name().equals(network.name()) || theirs.outputStride() != network.outputStride()) {
      throw new UsageException(
          String.format(
              "Invalid --from: %s is a %s of output stride %d, to be trained is a %s of %d",
              place, theirs.name(), theirs.outputStride(), network.name(), network.outputStride()));
    }
    for (LayerSpec layer : theirs.layers()) {
      if (layer instanceof BatchNorm norm
          && !frozen.contains(norm.name())
          && folded(norm, weights)) {
        throw new UsageException(
            String.format(
                "Invalid --from: %s of %s was folded into its convolution and cannot learn; freeze"
                    + " it (--freeze), or begin with a model that keeps it",
                norm.name(), place));
      }
    }
    return new StartingPoint(model.card(), weights);
  }

  /** Whether a normalisation does nothing but add, as an import leaves one that was folded away. */
  private static boolean folded(BatchNorm norm, Checkpoint weights) {
    float[] scale = weights.values(norm.name() + ".weight");
    float[] mean = weights.values(norm.name() + ".running_mean");
    float[] variance = weights.values(norm.name() + ".running_var");
    for (int c = 0; c < scale.length; c++) {
      if (scale[c] != 1 || mean[c] != 0 || variance[c] != (float) (1 - norm.epsilon())) {
        return false;
      }
    }
    return true;
  }

  /** What the model does to pixel values; its weights mean nothing to others. */
  ModelInput input() {
    return card.input();
  }

  /** Whether the classifier begins anew, since the model has another number of classes. */
  boolean replacesClassifier(NetworkSpec network) {
    return card.classes().size() != network.classes();
  }

  /** The model's parameters, and of a classifier that begins anew the fresh ones. */
  Checkpoint over(NetworkSpec network, Checkpoint fresh) {
    Map<String, float[]> values = new HashMap<>();
    for (ParameterSpec parameter : network.parameters()) {
      String name = parameter.name();
      String layer = name.substring(0, name.lastIndexOf('.'));
      boolean anew = replacesClassifier(network) && network.classifiers().contains(layer);
      values.put(name, (anew ? fresh : weights).values(name));
    }
    return new Checkpoint(network, values);
  }

  /** The line that says what happens. */
  String sentence(NetworkSpec network) {
    return String.format(
        "begins with the weights of %s%s",
        card.name(),
        replacesClassifier(network)
            ? String.format(
                "; a new classifier for %d instead of %d classes",
                network.classes(), card.classes().size())
            : "");
  }
}
