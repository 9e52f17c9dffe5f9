package org.deeplabspark.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.deeplabspark.settings.CrfPresets;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.SweepSettings;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.sweep.SweepJob;
import org.deeplabspark.sweep.SweepRequest;
import org.deeplabspark.sweep.SweepResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sweep-crf}. */
@Command(
    name = "sweep-crf",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Counts the same images against their truth under many CRF settings; each image is decoded and scored once.",
      "",
      "Writes OUTPUT/settings, OUTPUT/per_class, OUTPUT/per_image, OUTPUT/errors (Parquet), OUTPUT/summary.json and OUTPUT/best.conf, which segment --config takes. Settings that share deviations share lattices: order and number of axes are free.",
      ""
    },
    footer = {
      "",
      "A grid is KEY=VALUES;KEY=VALUES..., every combination is tried. VALUES is a list of numbers, words and ranges FROM:TO:STEP with both ends, for example crf.bilateral.xy-std=30:100:10,120. No CRF and the settings without the grid are always tried too.",
      "Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 done but too many images in errors.",
      "Example: deeplab sweep-crf --model models/voc --input photos --truth labels --output sweep \\",
      "  --grid \"crf.bilateral.weight=3:5;crf.bilateral.xy-std=30:100:10;crf.bilateral.rgb-std=3:6\" --refine 1"
    })
final class SweepCrf implements Callable<Integer> {

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

  @Option(
      names = "--input",
      required = true,
      arity = "1..*",
      paramLabel = "URI",
      description = "Directories, globs, image files, or one Parquet data set.")
  private List<String> inputs = new ArrayList<>();

  @Mixin private TruthOptions truth;

  @Option(
      names = "--grid",
      required = true,
      paramLabel = "KEY=VALUES;...",
      description = "What to try, see below.")
  private List<String> grid = new ArrayList<>();

  @Option(
      names = "--refine",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Then N finer grids round the best, each of half the distance, each one more pass over the images.")
  private int refine;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Directory for counts, standings and best.conf.")
  private String output;

  @Option(
      names = "--crf",
      paramLabel = "PRESET",
      description = "Baseline by name (conf/crf-presets.conf). Default: deeplabv2-resnet101-voc12.")
  private String crf;

  @Mixin private CountOptions counting;

  @Mixin private FilterOptions filter;

  @Mixin private SettingsOptions options;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Settings settings = options.base();
    if (crf != null) {
      settings = CrfPresets.apply(crf, settings);
    }
    settings = counting.over(settings);
    settings = options.over(filter.over(settings));
    SweepRequest request =
        new SweepRequest(
            model,
            Optional.ofNullable(modelCard),
            inputs,
            truth
                .of(settings)
                .orElseThrow(() -> new UsageException("Missing required option: '--truth=URI'")),
            String.join(";", grid),
            refine,
            CountOptions.convention(settings),
            output);
    SweepSettings sweep = SweepSettings.of(settings);
    SweepJob.check(sweep, request);
    new Places()
        .model("--model", model, Optional.ofNullable(modelCard))
        .input("--input", inputs)
        .input("--truth", List.of(request.truth().place()))
        .output("--output", output);
    try (Sessions session = Sessions.open("deeplab sweep-crf", settings)) {
      SweepResult result = new SweepJob(session.spark(), sweep, request).run();
      spec.commandLine().getOut().println(result.text());
      spec.commandLine().getOut().println("Settings of the best in " + output + "/best.conf");
      return result.badFraction() > sweep.maxBadFraction() ? ExitCode.TOO_MANY_BAD : ExitCode.DONE;
    }
  }
}
