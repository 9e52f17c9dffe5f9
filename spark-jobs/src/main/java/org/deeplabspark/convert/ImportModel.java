package org.deeplabspark.convert;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.io.ModelDirectory;
import org.deeplabspark.io.ModelFiles;
import org.deeplabspark.io.PathText;
import org.deeplabspark.model.Checkpoint;
import org.deeplabspark.model.ClassLabel;
import org.deeplabspark.model.DefaultInput;
import org.deeplabspark.model.EngineKind;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.model.ModelInput;
import org.deeplabspark.model.NameMap;
import org.deeplabspark.model.OnnxExport;
import org.deeplabspark.model.Sha256;
import org.deeplabspark.model.WeightsFile;
import org.deeplabspark.model.WeightsImport;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.settings.UsageException;

/**
 * {@code model import}: a model directory from another program's weights. It is written when all
 * weights have fitted, or not at all.
 */
public final class ImportModel {

  private final Configuration hadoop;
  private final Request request;

  /**
   * What to import.
   *
   * @param network its parameters are looked for in the file
   * @param classes in the order of the network's outputs
   * @param voidLabel id of "no label"
   * @param weights a file of any format that {@link WeightsFile} knows
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

  /**
   * What was imported.
   *
   * @param card of the model that was written
   * @param input one line: what pixel values the weights were taken to be for, and by whose word
   * @param notes lines: what fits and should be known nevertheless
   */
  public record Imported(ModelCard card, String input, List<String> notes) {}

  /** What the weights read, and who says so. */
  private record Input(ModelInput input, String source) {

    String sentence() {
      return String.format(
          "input: %s, (v - %s) * %s, %s",
          input.channelOrder(), input.mean(), input.scale(), source);
    }
  }

  /** Prepares an import; nothing is read before {@link #run}. */
  public ImportModel(Configuration hadoop, Request request) {
    this.hadoop = hadoop;
    this.request = request;
  }

  /**
   * Reads, checks and writes.
   *
   * @throws UsageException if the weights or the map do not fit; nothing was written
   */
  public Imported run() throws IOException {
    ModelDirectory directory = ModelDirectory.at(hadoop, request.output());
    byte[] file = ModelFiles.bytes(hadoop, request.weights(), "--weights");
    NetworkSpec network = request.network();
    try {
      NameMap names = NameMap.SAME;
      if (request.nameMap().isPresent()) {
        String place = request.nameMap().get();
        byte[] text = ModelFiles.bytes(hadoop, place, "--name-map");
        names = nameMap(new String(text, StandardCharsets.UTF_8), place);
      }
      List<String> notes = new ArrayList<>();
      Checkpoint checkpoint = WeightsImport.read(network, file, names, request.seed(), notes::add);
      byte[] onnx = OnnxExport.write(network, checkpoint);
      Input input = input(names, file);
      ModelCard card =
          ModelCard.of(
              network,
              EngineKind.ONNX,
              directory.name(),
              request.classes(),
              request.voidLabel(),
              input.input(),
              onnx,
              String.format(
                  "imported from %s, SHA-256 %s",
                  new Path(request.weights()).getName(), Sha256.of(file)));
      directory.write(card, onnx);
      return new Imported(card, input.sentence(), notes);
    } catch (UsageException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new UsageException("Cannot import " + request.weights() + ": " + e.getMessage(), e);
    }
  }

  private static NameMap nameMap(String text, String place) {
    try {
      return NameMap.parse(text, place);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  private Input input(NameMap names, byte[] weights) throws IOException {
    NetworkSpec network = request.network();
    Optional<ModelInput> mapped = names.input(network);
    if (mapped.isPresent()) {
      return new Input(mapped.get(), "by " + request.nameMap().orElseThrow());
    }
    Path beside = new Path(PathText.parse(request.weights()).getParent(), ModelCard.FILE);
    return card(beside)
        .filter(card -> card.weightsDigest().equals(Sha256.of(weights)))
        .map(ModelCard::input)
        .map(in -> ModelInput.of(network, in.channelOrder(), in.mean(), in.scale()))
        .map(in -> new Input(in, "by " + beside))
        .orElseGet(
            () ->
                new Input(
                    DefaultInput.published(network),
                    "assumed for " + network.name() + "; input in a --name-map says another"));
  }

  /** A card of ours; other programs' files may have its name. */
  private Optional<ModelCard> card(Path file) throws IOException {
    if (!file.getFileSystem(hadoop).exists(file)) {
      return Optional.empty();
    }
    byte[] json = ModelFiles.bytes(hadoop, file.toString(), "--weights");
    try {
      return Optional.of(
          ModelCard.parse(new String(json, StandardCharsets.UTF_8), file.toString()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
