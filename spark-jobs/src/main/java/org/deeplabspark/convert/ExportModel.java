package org.deeplabspark.convert;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.engine.dl4j.Dl4jModelFile;
import org.deeplabspark.io.ModelDirectory;
import org.deeplabspark.io.ModelFiles;
import org.deeplabspark.model.Checkpoint;
import org.deeplabspark.model.EngineKind;
import org.deeplabspark.model.FoldedNetwork;
import org.deeplabspark.model.Model;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.model.OnnxExport;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.settings.UsageException;

/** {@code model export}: the same network and weights for another engine or program. */
public final class ExportModel {

  private final Configuration hadoop;
  private final Request request;

  /**
   * What to export.
   *
   * @param model a model directory whose card names its network
   * @param engine what is to run the result
   * @param fold whether batch normalisation goes into the convolutions; ONNX only
   * @param output model directory
   */
  public record Request(String model, EngineKind engine, boolean fold, String output) {}

  /** Prepares an export; nothing is read before {@link #run}. */
  public ExportModel(Configuration hadoop, Request request) {
    this.hadoop = hadoop;
    this.request = request;
  }

  /**
   * Reads, converts and writes.
   *
   * @return the card of the model that was written
   * @throws UsageException if the model is not one of a network described here
   */
  public ModelCard run() throws IOException {
    ModelDirectory directory = ModelDirectory.at(hadoop, request.output());
    Model model = ModelFiles.directory(hadoop, request.model(), "MODEL");
    try {
      NetworkSpec network = model.card().spec();
      byte[] weights = weights(network, ModelWeights.of(model));
      ModelCard old = model.card();
      ModelCard card =
          ModelCard.of(
              network,
              request.engine(),
              old.name(),
              old.classes(),
              old.voidLabel(),
              old.input(),
              weights,
              old.source());
      directory.write(card, weights);
      return card;
    } catch (IllegalArgumentException e) {
      throw new UsageException("Cannot export " + request.model() + ": " + e.getMessage(), e);
    }
  }

  private byte[] weights(NetworkSpec network, Checkpoint checkpoint) {
    if (request.engine() == EngineKind.DL4J) {
      return Dl4jModelFile.write(network, checkpoint);
    }
    return request.fold()
        ? OnnxExport.write(FoldedNetwork.of(network, checkpoint))
        : OnnxExport.write(network, checkpoint);
  }
}
