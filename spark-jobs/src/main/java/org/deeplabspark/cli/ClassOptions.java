package org.deeplabspark.cli;

import java.util.ArrayList;
import java.util.List;
import org.deeplabspark.image.Palette;
import org.deeplabspark.model.ClassLabel;
import org.deeplabspark.settings.UsageException;
import picocli.CommandLine.Option;

/** The options that say what a network's outputs mean. */
final class ClassOptions {

  @Option(
      names = "--classes",
      paramLabel = "NAMES",
      split = ",",
      description =
          "Names in the order of their ids, each with its colour if wanted: sky=#8080ff,road,...")
  private List<String> classes = List.of();

  @Option(
      names = "--void-label",
      paramLabel = "ID",
      defaultValue = "255",
      description = "No label here.")
  private int voidLabel;

  boolean given() {
    return !classes.isEmpty();
  }

  int voidLabel() {
    return voidLabel;
  }

  /**
   * Names and colours; those without a colour have VOC's of the same id.
   *
   * @throws UsageException if there are none, or void is one of them
   */
  List<ClassLabel> labels() {
    if (classes.isEmpty()) {
      throw new UsageException("Missing required option: '--classes=NAMES'");
    }
    List<ClassLabel> labels = new ArrayList<>();
    for (String text : classes) {
      String[] parts = text.split("=", 2);
      String color =
          parts.length == 2
              ? parts[1]
              : String.format("#%06x", Palette.voc().rgb(labels.size()) & 0xffffff);
      labels.add(new ClassLabel(parts[0].strip(), color.strip()));
    }
    if (voidLabel < labels.size()) {
      throw new UsageException(
          String.format(
              "Invalid --void-label: must be %d to 255 beside %d classes, got %d",
              labels.size(), labels.size(), voidLabel));
    }
    return labels;
  }
}
