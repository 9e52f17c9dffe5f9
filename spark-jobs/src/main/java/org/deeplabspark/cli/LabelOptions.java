package org.deeplabspark.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.deeplabspark.dataset.LabelLayout;
import org.deeplabspark.dataset.LabelLayouts;
import org.deeplabspark.model.ClassLabel;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.settings.UsageException;
import picocli.CommandLine.Option;

/** The options that say what labels mean. */
final class LabelOptions {

  @Option(
      names = "--dataset",
      paramLabel = "NAME|FILE",
      description =
          "What the truth's labels mean: ade20k, camvid, cityscapes, cityscapes-trainids, coco-panoptic, voc,"
              + " or a file like those in conf/datasets.")
  private String dataset;

  @Option(
      names = "--color-map",
      paramLabel = "FILE",
      description =
          "Lines R G B NAME, one a class: the truth has colours. The class void counts nowhere.")
  private Path colorMap;

  @Option(
      names = "--panoptic-json",
      paramLabel = "FILE",
      description = "Categories of a COCO panoptic truth; TRUTH.json where it is not given.")
  private String panopticJson;

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

  /** What the truth's labels mean, where that was said. */
  Optional<LabelLayout> truth() {
    if (dataset != null && colorMap != null) {
      throw new UsageException("Invalid --color-map: --dataset says already what labels mean");
    }
    return dataset != null
        ? Optional.of(LabelLayouts.open(dataset))
        : Optional.ofNullable(colorMap).map(LabelLayouts::colorMap);
  }

  /** Categories of a panoptic truth, where a file was given. */
  Optional<String> panopticJson() {
    return Optional.ofNullable(panopticJson);
  }

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
