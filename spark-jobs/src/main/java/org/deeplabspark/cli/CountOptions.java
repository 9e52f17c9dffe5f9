package org.deeplabspark.cli;

import java.util.List;
import java.util.Locale;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.settings.Settings;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that counts masks against a truth. */
final class CountOptions {

  private static final String KEY = "evaluate.convention";

  @Mixin private VoidOption voidOption;

  @Option(
      names = "--convention",
      paramLabel = "NAME",
      description = "Mean IoU over present, union or all (evaluate.convention).")
  private String convention;

  /** The settings with these options laid over them. */
  Settings over(Settings settings) {
    Settings counted = voidOption.over(settings);
    return convention == null ? counted : counted.with(KEY, convention, "--convention");
  }

  /** Which classes a mean IoU is over. */
  static MeanIou convention(Settings settings) {
    return MeanIou.valueOf(
        settings.choice(KEY, List.of("present", "union", "all")).toUpperCase(Locale.ROOT));
  }
}
