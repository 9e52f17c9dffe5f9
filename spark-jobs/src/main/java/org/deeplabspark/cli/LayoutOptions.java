package org.deeplabspark.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.deeplabspark.dataset.LabelLayout;
import org.deeplabspark.dataset.LabelLayouts;
import org.deeplabspark.settings.UsageException;
import picocli.CommandLine.Option;

/** The options that say what a truth's labels mean. */
final class LayoutOptions {

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
}
