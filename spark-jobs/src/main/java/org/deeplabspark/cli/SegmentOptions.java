package org.deeplabspark.cli;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplabspark.label.SegmentRequest;
import org.deeplabspark.settings.CrfPresets;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.UsageException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code segment} and {@code plan} are asked. */
final class SegmentOptions {

  /** Where the images are: one of the two. */
  private static final class Images {
    @Option(
        names = "--input",
        required = true,
        arity = "1..*",
        paramLabel = "URI",
        description =
            "Directories, globs, image files, or one Parquet data set with columns path and content; on any Hadoop file system.")
    private List<String> inputs = new ArrayList<>();

    @Option(
        names = "--files-from",
        required = true,
        paramLabel = "LIST",
        description = "File of one path a line, relative ones to the list's directory.")
    private String filesFrom;
  }

  @Option(
      names = "--id-root",
      paramLabel = "DIR",
      description =
          "Directory that the ids of --files-from are relative to. Default: ids are whole paths.")
  private String idRoot;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "MODEL",
      description = "Model directory (model.json and weights), or an .onnx file with --model-card.")
  private String model;

  @Option(
      names = "--model-card",
      paramLabel = "FILE",
      description = "Model card of an .onnx file; replaces a directory's own.")
  private String modelCard;

  @ArgGroup(multiplicity = "1")
  private Images images;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "New or empty directory, or the output of an earlier run, which is continued.")
  private String output;

  @Option(
      names = "--crf",
      paramLabel = "PRESET|off",
      description =
          "CRF parameters by name (conf/crf-presets.conf), or no CRF. Default: deeplabv2-resnet101-voc12.")
  private String crf;

  @Option(
      names = "--run-date",
      paramLabel = "YYYY-MM-DD",
      description = "Partition of this run's rows. Default: today in UTC.")
  private String runDate;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Spark partitions (segment.partitions).")
  private String partitions;

  @Option(
      names = "--max-bad-fraction",
      paramLabel = "F",
      description =
          "Share of bad images above which the exit code is 3 (segment.max-bad-fraction).")
  private String maxBadFraction;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "auto, cpu, cuda or cuda:N (engine.device).")
  private String device;

  @Option(
      names = "--verify-content",
      description =
          "Read every image again and compare its content; else path, size and time tell (segment.verify-content).")
  private boolean verifyContent;

  @Option(
      names = "--retry-failed",
      description = "Take only images that are in errors (segment.retry-failed).")
  private boolean retryFailed;

  @Option(
      names = "--forget-missing",
      description =
          "Drop rows of files that are not there any more (segment.forget-missing). Default: they stay.")
  private boolean forgetMissing;

  @Option(
      names = "--scales",
      paramLabel = "F,F...",
      description =
          "Run each image at these factors of its size and take the maximum of the scores, as in"
              + " 0.5,0.75,1 (inference.scales).")
  private String scales;

  @Option(
      names = "--flip",
      description = "Run each image mirrored as well and take the mean (inference.flip).")
  private boolean flip;

  @Mixin private FilterOptions filter;

  /** What is to be labelled, and where the tables go. */
  SegmentRequest request() {
    return new SegmentRequest(
        model,
        Optional.ofNullable(modelCard),
        images.inputs,
        Optional.ofNullable(images.filesFrom),
        Optional.ofNullable(idRoot),
        output,
        date());
  }

  /** Looks at what is read; what is written is looked at where it is. */
  Places places() {
    return new Places()
        .model("--model", model, Optional.ofNullable(modelCard))
        .input("--input", images.inputs)
        .list(Optional.ofNullable(images.filesFrom));
  }

  /** Settings with these options laid over. */
  Settings over(Settings base) {
    Settings settings = crf == null ? base : CrfPresets.apply(crf, base);
    settings = set(settings, "segment.partitions", partitions, "--partitions");
    settings = set(settings, "segment.max-bad-fraction", maxBadFraction, "--max-bad-fraction");
    settings = set(settings, "engine.device", device, "--device");
    settings =
        set(settings, "segment.verify-content", verifyContent ? "true" : null, "--verify-content");
    settings = set(settings, "segment.retry-failed", retryFailed ? "true" : null, "--retry-failed");
    settings =
        set(settings, "segment.forget-missing", forgetMissing ? "true" : null, "--forget-missing");
    settings = set(settings, "inference.scales", scales, "--scales");
    settings = set(settings, "inference.flip", flip ? "true" : null, "--flip");
    return filter.over(settings);
  }

  private static Settings set(Settings settings, String key, String value, String option) {
    return value == null ? settings : settings.with(key, value, option);
  }

  private LocalDate date() {
    try {
      return runDate == null ? LocalDate.now(ZoneOffset.UTC) : LocalDate.parse(runDate);
    } catch (DateTimeException e) {
      throw new UsageException("Invalid --run-date: must be like 2026-01-31, got " + runDate, e);
    }
  }
}
