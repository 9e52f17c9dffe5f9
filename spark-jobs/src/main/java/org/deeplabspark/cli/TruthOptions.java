package org.deeplabspark.cli;

import java.util.Optional;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.settings.Settings;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options that name a ground truth which predictions of its own classes are counted against.
 */
final class TruthOptions {

  @Option(
      names = "--truth",
      paramLabel = "URI",
      description =
          "Folder of palette or 8-bit grey PNGs of class ids, or what --dataset says, found by image id.")
  private String truth;

  @Mixin private SuffixOption suffix;

  @Mixin private LayoutOptions layout;

  /** The truth, where one was given. */
  Optional<Truth> of(Settings settings) {
    return Optional.ofNullable(truth)
        .map(
            place ->
                new Truth(
                    place,
                    suffix.suffixes(),
                    VoidOption.of(settings),
                    layout.truth(),
                    layout.panopticJson()));
  }
}
