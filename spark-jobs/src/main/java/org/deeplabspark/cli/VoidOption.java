package org.deeplabspark.cli;

import org.deeplabspark.settings.Settings;
import picocli.CommandLine.Option;

/** Which pixels of a truth count nowhere. */
final class VoidOption {

  private static final String KEY = "evaluate.void";

  @Option(
      names = "--void",
      paramLabel = "ID",
      description = "Truth id that counts nowhere, -1: none (evaluate.void).")
  private String voidLabel;

  /** The settings with this option laid over them. */
  Settings over(Settings settings) {
    return voidLabel == null ? settings : settings.with(KEY, voidLabel, "--void");
  }

  /** The id; -1: none. */
  static int of(Settings settings) {
    return settings.integer(KEY, -1, 255);
  }
}
