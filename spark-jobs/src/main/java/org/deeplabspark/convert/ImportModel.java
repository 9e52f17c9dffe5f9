package org.deeplabspark.convert;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.io.ModelDirectory;
import org.deeplabspark.io.ModelFiles;
import org.deeplabspark.model.ChannelOrder;
import org.deeplabspark.model.Checkpoint;
import org.deeplabspark.model.ClassLabel;
import org.deeplabspark.model.EngineKind;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.model.ModelInput;
import org.deeplabspark.model.NameMap;
import org.deeplabspark.model.OnnxExport;
import org.deeplabspark.model.Sha256;
import org.deeplabspark.model.WeightsImport;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.settings.UsageException;

/**
 * {@code model import}: a model directory from another program's weights. It is written when all
 * weights have fitted, or not at all.
 */
public final class ImportModel {

  /** Means of blue, green and red that the paper's networks were published with. */
  private static final List<Double> PUBLISHED_MEAN = List.of(104.008, 116.669, 122.675);

  private final Configuration hadoop;
  private final Request request;

  /**
   * What to import.
   *
   * @param network its parameters are looked for in the file
   * @param classes in the order of the network's outputs
   * @param voidLabel id of "no label"
   * @param weights an ONNX or safetensors file
   * @param nameMap a {@link NameMap} file; without it names are the same there and here
   * @param seed of the layers that the map calls fresh
   * @param output model directory
   */
  public record Request(
      NetworkSpec network,
      List<ClassLabel> classes,
      int voidLabel,
      String weights,
      Optional<String> nameMap,
      long seed,
      String output) {}

  /** Prepares an import; nothing is read before {@link #run}. */
  public ImportModel(Configuration hadoop, Request request) {
    this.hadoop = hadoop;
    this.request = request;
  }

  /**
   * Reads, checks and writes.
   *
   * @return the card of the model that was written
   * @throws UsageException if the weights or the map do not fit; nothing was written
   */
  public ModelCard run() throws IOException {
    ModelDirectory directory = ModelDirectory.at(hadoop, request.output());
    byte[] file = ModelFiles.bytes(hadoop, request.weights(), "--weights");
    NetworkSpec network = request.network();
    try {
      NameMap names = NameMap.SAME;
      if (request.nameMap().isPresent()) {
        String place = request.nameMap().get();
        byte[] text = ModelFiles.bytes(hadoop, place, "--name-map");
        names = NameMap.parse(new String(text, StandardCharsets.UTF_8), place);
      }
      Checkpoint checkpoint = WeightsImport.read(network, file, names, request.seed());
      byte[] onnx = OnnxExport.write(network, checkpoint);
      ModelCard card =
          ModelCard.of(
              network,
              EngineKind.ONNX,
              directory.name(),
              request.classes(),
              request.voidLabel(),
              names.input(network).orElseGet(() -> published(network)),
              onnx,
              String.format(
                  "imported from %s, SHA-256 %s",
                  new Path(request.weights()).getName(), Sha256.of(file)));
      directory.write(card, onnx);
      return card;
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  private static ModelInput published(NetworkSpec network) {
    return ModelInput.of(network, ChannelOrder.BGR, PUBLISHED_MEAN, List.of(1.0, 1.0, 1.0));
  }
}
