package org.deeplabspark.cli;

import org.deeplabspark.dataset.Suffixes;
import picocli.CommandLine.Option;

/** How the names of a truth's files differ from those of the images. */
final class SuffixOption {

  @Option(
      names = "--truth-suffix",
      paramLabel = "[IMAGE=]TRUTH",
      defaultValue = "",
      description =
          "Ending of truth names, and of image ids where they have one: _leftImg8bit=_gtFine_labelTrainIds for Cityscapes.")
  private String truthSuffix;

  Suffixes suffixes() {
    return Suffixes.parse(truthSuffix);
  }
}
