package org.deeplabspark.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.deeplabspark.dataset.LabelLayout;
import picocli.CommandLine.Mixin;

/** The options that say what labels mean. */
final class LabelOptions {

  @Mixin private LayoutOptions layout;

  @Mixin private NameOptions names;

  /** What the truth's labels mean, where that was said. */
  Optional<LabelLayout> truth() {
    return layout.truth();
  }

  /** Categories of a panoptic truth, where a file was given. */
  Optional<String> panopticJson() {
    return layout.panopticJson();
  }

  /** Names of predicted classes, where they were given; else empty. */
  List<String> classNames() throws IOException {
    return names.classNames();
  }
}
