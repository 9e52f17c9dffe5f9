package org.deeplabspark.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A card and the weights it was written for. */
public final class Model {

  private final ModelCard card;
  private final byte[] weights;

  /**
   * Puts both together.
   *
   * @param weights the weights file's content; owned by the model from here on
   * @throws IllegalArgumentException if their digest is not the card's, or they are not all in that
   *     file
   */
  public Model(ModelCard card, byte[] weights) {
    card.requireDigestOf(weights);
    if (card.engine() == EngineKind.ONNX) {
      OnnxExternalData.refuse("model " + card.name(), weights);
    }
    this.card = card;
    this.weights = weights;
  }

  /**
   * Reads a model.
   *
   * @param path a directory of {@code model.json} and the weights file it names, or a weights file
   * @param card the card; must be given with a weights file, replaces {@code model.json} in a
   *     directory
   * @throws IllegalArgumentException if something is missing, the card is invalid or the digest of
   *     the weights is not the card's; one line that names the path
   * @throws IOException if a file that is there cannot be read
   */
  public static Model open(Path path, Optional<Path> card) throws IOException {
    if (!Files.exists(path)) {
      throw new IllegalArgumentException("Invalid model: there is no " + path);
    }
    boolean directory = Files.isDirectory(path);
    if (!directory && card.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid model %s: a weights file alone needs a model card (--model-card FILE)",
              path));
    }
    Path cardFile = card.orElse(path.resolve(ModelCard.FILE));
    if (!Files.isRegularFile(cardFile)) {
      throw new IllegalArgumentException(
          String.format("Invalid model %s: there is no model card %s", path, cardFile));
    }
    ModelCard read = ModelCard.read(cardFile);
    Path weights = directory ? path.resolve(read.weightsFile()) : path;
    if (!Files.isRegularFile(weights)) {
      throw new IllegalArgumentException(
          String.format("Invalid model %s: there is no weights file %s", path, weights));
    }
    return new Model(read, Files.readAllBytes(weights));
  }

  /** What is known of the network. */
  public ModelCard card() {
    return card;
  }

  /** Live view of the weights file's content. */
  public byte[] weights() {
    return weights;
  }

  /**
   * SHA-256 over the card, which holds the digest of the weights: it changes with anything that can
   * change a mask.
   */
  public String digest() {
    return Sha256.of(card.toJson().getBytes(StandardCharsets.UTF_8));
  }
}
