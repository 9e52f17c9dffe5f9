package org.deeplabspark.model;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.Palette;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.tensor.OutputKind;

/**
 * What must be known of a network to run it and to read its masks: {@code model.json}.
 *
 * @param name of the model, not blank
 * @param engine what runs the weights
 * @param network name of the {@link org.deeplabspark.network.NetworkSpec} whose weights these are,
 *     empty where they are another network's; must be given for Deeplearning4j
 * @param classes in the order of the network's output channels, 2 to 255 of them, names distinct
 * @param voidLabel the id that the ground truth of these classes uses for "no label", none of their
 *     own, to 255
 * @param input what the network takes
 * @param output what it gives
 * @param weightsFile name of the weights file beside the card
 * @param weightsDigest SHA-256 of the weights file, 64 hex digits
 * @param source where the weights came from, in words
 */
public record ModelCard(
    String name,
    EngineKind engine,
    String network,
    List<ClassLabel> classes,
    int voidLabel,
    ModelInput input,
    ModelOutput output,
    String weightsFile,
    String weightsDigest,
    String source)
    implements Serializable {

  /** Why a network of one channel is refused, and the way out. */
  public static final String ONE_CHANNEL =
      "a mask is the largest of several scores, of which one channel (a sigmoid) is none: export"
          + " background and object as two channels, logits (0, x) for a logit x";

  /** The card's file name in a model directory. */
  public static final String FILE = "model.json";

  /**
   * Copies the classes and checks the parts.
   *
   * @throws IllegalArgumentException if a part is out of its range
   */
  public ModelCard {
    classes = List.copyOf(classes);
    if (name.isBlank()) {
      throw new IllegalArgumentException("Invalid model card: name is blank");
    }
    if (engine == EngineKind.DL4J || !network.isEmpty()) {
      NetworkSpec.named(network, Math.max(2, classes.size()), output.stride());
    }
    if (classes.size() < 2 || classes.size() > LabelMask.VOID) {
      throw new IllegalArgumentException(
          "Invalid model card: classes must be 2 to 255, got "
              + classes.size()
              + (classes.size() == 1 ? "; " + ONE_CHANNEL : ""));
    }
    Set<String> names = new HashSet<>();
    for (ClassLabel label : classes) {
      if (!names.add(label.name())) {
        throw new IllegalArgumentException(
            "Invalid model card: two classes are named " + label.name());
      }
    }
    if (voidLabel < classes.size() || voidLabel > 255) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid model card: void-label must be %d to 255 beside %d classes, got %d",
              classes.size(), classes.size(), voidLabel));
    }
    if (weightsFile.isBlank() || !Path.of(weightsFile).equals(Path.of(weightsFile).getFileName())) {
      throw new IllegalArgumentException(
          "Invalid model card: weights.file must be a plain file name, got " + weightsFile);
    }
    if (!weightsDigest.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "Invalid model card: weights.sha256 must be 64 lower-case hex digits, got "
              + weightsDigest);
    }
  }

  /**
   * The card of a network described here.
   *
   * @param weights the weights file's content
   */
  public static ModelCard of(
      NetworkSpec network,
      EngineKind engine,
      String name,
      List<ClassLabel> classes,
      int voidLabel,
      ModelInput input,
      byte[] weights,
      String source) {
    return new ModelCard(
        name,
        engine,
        network.name(),
        classes,
        voidLabel,
        input,
        new ModelOutput(
            network.output(),
            TensorLayout.NCHW,
            OutputKind.LOGITS,
            network.outputStride(),
            network.alignCorners()),
        engine.weightsFile(),
        Sha256.of(weights),
        source);
  }

  /**
   * The network, where it is one that is described here.
   *
   * @throws IllegalArgumentException if the card does not name it
   */
  public NetworkSpec spec() {
    if (network.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid model card %s: network must say which of %s it is",
              name, String.join(", ", NetworkSpec.names())));
    }
    return NetworkSpec.named(network, classes.size(), output.stride());
  }

  /**
   * Reads a card.
   *
   * @param file a JSON file
   * @throws IllegalArgumentException if a key is missing, unknown or out of range; the message is
   *     one line that names file and key
   * @throws IOException if the file cannot be read
   */
  public static ModelCard read(Path file) throws IOException {
    return parse(Files.readString(file), file.toString());
  }

  /**
   * Reads a card from its text.
   *
   * @param json the text
   * @param origin what to call it in messages
   * @throws IllegalArgumentException if a key is missing, unknown or out of range; the message is
   *     one line that names origin and key
   */
  public static ModelCard parse(String json, String origin) {
    return CardReader.read(json, origin);
  }

  /** The card as JSON that {@link #parse} reads back; the same card gives the same text. */
  public String toJson() {
    return CardWriter.write(this);
  }

  /** The classes' colours; ids after them have VOC's. */
  public Palette palette() {
    return Palette.of(classes.stream().map(ClassLabel::color).toList());
  }

  /**
   * Refuses other weights than the card was written for.
   *
   * @param weights the weights file's content
   * @throws IllegalArgumentException if their digest is not {@link #weightsDigest()}
   */
  public void requireDigestOf(byte[] weights) {
    String digest = Sha256.of(weights);
    if (!digest.equals(weightsDigest)) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid weights for model %s: the card was written for SHA-256 %s, got %s; take the file that it was written for,"
                  + " or put that digest into weights.sha256",
              name, weightsDigest, digest));
    }
  }
}
