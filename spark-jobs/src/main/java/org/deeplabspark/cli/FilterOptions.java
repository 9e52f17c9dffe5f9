package org.deeplabspark.cli;

import org.deeplabspark.settings.Settings;
import picocli.CommandLine.Option;

/** Which files of a directory are input, under the names that Spark's file sources have for it. */
final class FilterOptions {

  @Option(
      names = "--pathGlobFilter",
      paramLabel = "GLOB",
      description =
          "Only files of such names. Default: jpg, jpeg, png, bmp, tif, tiff in any case.")
  private String pathGlobFilter;

  @Option(
      names = {"-r", "--recursiveFileLookup"},
      description = "Look into sub-directories too.")
  private boolean recursiveFileLookup;

  @Option(
      names = "--modifiedAfter",
      paramLabel = "TIME",
      description = "Only files changed later, like 2026-01-31T18:00:00 (UTC).")
  private String modifiedAfter;

  @Option(
      names = "--modifiedBefore",
      paramLabel = "TIME",
      description = "Only files changed earlier.")
  private String modifiedBefore;

  /** Lays what was given over settings. */
  Settings over(Settings settings) {
    Settings layered = settings;
    if (pathGlobFilter != null) {
      layered = layered.with("input.pathGlobFilter", pathGlobFilter, "--pathGlobFilter");
    }
    if (recursiveFileLookup) {
      layered = layered.with("input.recursiveFileLookup", "true", "--recursiveFileLookup");
    }
    if (modifiedAfter != null) {
      layered = layered.with("input.modifiedAfter", modifiedAfter, "--modifiedAfter");
    }
    if (modifiedBefore != null) {
      layered = layered.with("input.modifiedBefore", modifiedBefore, "--modifiedBefore");
    }
    return layered;
  }
}
