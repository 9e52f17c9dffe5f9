package org.deeplabspark.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplabspark.model.ClassLabel;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.settings.UsageException;
import picocli.CommandLine.Option;

/** The options that name the classes of masks which bring no names. */
final class NameOptions {

  @Option(
      names = "--classes",
      split = ",",
      paramLabel = "NAME",
      description =
          "Names of the ids 0, 1, ... of PNG predictions, and of the truth without --dataset.")
  private List<String> classes = List.of();

  @Option(
      names = "--model-card",
      paramLabel = "FILE",
      description = "Names the classes of PNG predictions.")
  private Path modelCard;

  /** Names of predicted classes, where they were given; else empty. */
  List<String> classNames() throws IOException {
    if (modelCard == null) {
      return classes;
    }
    if (!classes.isEmpty()) {
      throw new UsageException("Invalid --classes: --model-card names the classes already");
    }
    if (!Files.isRegularFile(modelCard)) {
      throw new UsageException("Invalid --model-card: there is no file " + modelCard);
    }
    try {
      return ModelCard.read(modelCard).classes().stream().map(ClassLabel::name).toList();
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }
}
