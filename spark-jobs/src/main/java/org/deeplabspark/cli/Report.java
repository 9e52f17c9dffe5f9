package org.deeplabspark.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.report.ReportJob;
import org.deeplabspark.report.ReportRequest;
import org.deeplabspark.settings.ReportSettings;
import org.deeplabspark.settings.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code report}. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "One HTML page about a run, which needs no network.",
      "",
      "It has figures with intervals, plots, worst and random images, a review queue, where the time went, settings and digests. What is not given is left out.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage or settings.",
      "Example: deeplab report --predictions out --baseline out-without-crf --truth labels --output report.html"
    })
final class Report implements Callable<Integer> {

  @Option(
      names = "--predictions",
      required = true,
      paramLabel = "DIR",
      description = "Output of segment, or a folder of PNG masks whose values are class ids.")
  private String predictions;

  @Option(
      names = "--baseline",
      paramLabel = "DIR",
      description = "The same images labelled with --crf off, to show what the CRF does.")
  private String baseline;

  @Mixin private TruthOptions truth;

  @Option(
      names = "--metrics",
      paramLabel = "DIR",
      description =
          "Output of evaluate for the predictions as they are now; the trimap curve is in it after evaluate --boundary. Made from --truth where it is not given.")
  private String metrics;

  @Option(
      names = "--baseline-metrics",
      paramLabel = "DIR",
      description = "Output of evaluate for the baseline; likewise.")
  private String baselineMetrics;

  @Option(
      names = "--input",
      arity = "1..*",
      paramLabel = "URI",
      description = "Where the photographs are. Default: where the run found them.")
  private List<String> inputs = new ArrayList<>();

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "The page; one that is there is replaced, other files are not.")
  private String output;

  @Option(
      names = "--worst",
      paramLabel = "N",
      defaultValue = "8",
      description = "Images of the lowest mean IoU. Default: ${DEFAULT-VALUE}.")
  private int worst;

  @Option(
      names = "--random",
      paramLabel = "N",
      defaultValue = "8",
      description = "Images that chance picks. Default: ${DEFAULT-VALUE}.")
  private int random;

  @Option(
      names = "--review",
      paramLabel = "N",
      defaultValue = "6",
      description =
          "Images of the lowest mean winning marginal, and as many that the CRF changed most. Default: ${DEFAULT-VALUE}.")
  private int review;

  @Option(
      names = "--picture-size",
      paramLabel = "PIXELS",
      defaultValue = "320",
      description = "Longer side of a picture. Default: ${DEFAULT-VALUE}.")
  private int side;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Of the random images. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private CountOptions counting;

  @Mixin private FilterOptions filter;

  @Mixin private SettingsOptions options;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Settings settings = options.base();
    settings = counting.over(settings);
    settings = options.over(filter.over(settings));
    ReportRequest request = request(settings);
    new Places()
        .directory("--predictions", predictions)
        .directory("--baseline", request.baseline().masks())
        .input("--truth", request.truth().map(Truth::place))
        .directory("--metrics", request.run().metrics())
        .directory("--baseline-metrics", request.baseline().metrics())
        .input("--input", inputs)
        .page("--output", output);
    try (Sessions session = Sessions.open("deeplab report", settings)) {
      long bytes = new ReportJob(session.spark(), ReportSettings.of(settings), request).run();
      spec.commandLine()
          .getOut()
          .printf(Locale.ROOT, "Report in %s, %.1f MB%n", output, bytes / 1e6);
      return ExitCode.DONE;
    }
  }

  private ReportRequest request(Settings settings) {
    return new ReportRequest(
        new ReportRequest.Run(Optional.of(predictions), Optional.ofNullable(metrics)),
        new ReportRequest.Run(Optional.ofNullable(baseline), Optional.ofNullable(baselineMetrics)),
        truth.of(settings),
        CountOptions.convention(settings),
        inputs,
        output,
        new ReportRequest.Pictures(worst, random, review, side, seed));
  }
}
