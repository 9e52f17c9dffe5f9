package org.deeplabspark.cli;

import java.util.ArrayList;
import java.util.List;
import org.deeplabspark.image.Palette;
import org.deeplabspark.model.ClassLabel;
import picocli.CommandLine.Option;

/** The options that say what a network's outputs mean. */
final class ClassOptions {

  @Option(
      names = "--classes",
      paramLabel = "NAMES",
      split = ",",
      required = true,
      description =
          "Names in the order of their ids, each with its colour if wanted: sky=#8080ff,road,...")
  private List<String> classes;

  @Option(
      names = "--void-label",
      paramLabel = "ID",
      defaultValue = "255",
      description = "No label here.")
  private int voidLabel;

  int voidLabel() {
    return voidLabel;
  }

  /** Names and colours; those without a colour have VOC's of the same id. */
  List<ClassLabel> labels() {
    List<ClassLabel> labels = new ArrayList<>();
    for (String text : classes) {
      String[] parts = text.split("=", 2);
      String color =
          parts.length == 2
              ? parts[1]
              : String.format("#%06x", Palette.voc().rgb(labels.size()) & 0xffffff);
      labels.add(new ClassLabel(parts[0].strip(), color.strip()));
    }
    return labels;
  }
}
