package org.deeplabspark.cli;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.diff.DiffJob;
import org.deeplabspark.diff.DiffRequest;
import org.deeplabspark.diff.DiffResult;
import org.deeplabspark.settings.ReadLimits;
import org.deeplabspark.settings.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code diff}. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "What changed between two runs over the same images.",
      "",
      "Prints pixels by pair of classes, images by share of changed pixels, and with --truth the IoU of each class in both, with 95 %% intervals of the difference.",
      "",
      "With --output writes OUTPUT/changes, OUTPUT/class_changes, OUTPUT/per_class (Parquet) and OUTPUT/summary.json.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 done but images could not be compared, 4 more changed than --max-changed.",
      "Example: deeplab diff --old out-january --new out-february --truth labels --max-changed 0.01"
    })
final class Diff implements Callable<Integer> {

  @Option(
      names = "--old",
      required = true,
      paramLabel = "DIR",
      description = "Output of segment, or a folder of PNG masks whose values are class ids.")
  private String before;

  @Option(
      names = "--new",
      required = true,
      paramLabel = "DIR",
      description = "The other run; images are matched by their ids.")
  private String after;

  @Mixin private TruthOptions truth;

  @Mixin private NameOptions names;

  @Mixin private CountOptions counting;

  @Option(
      names = "--max-changed",
      paramLabel = "FRACTION",
      description = "Exit code 4 where a larger share of the pixels changed label, 0..1.")
  private Double maxChanged;

  @Option(names = "--output", paramLabel = "DIR", description = "Directory for the tables.")
  private String output;

  @Mixin private SettingsOptions options;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Settings settings = options.base();
    settings = counting.over(settings);
    settings = options.over(settings);
    DiffRequest request = request(settings);
    new Places()
        .directory("--old", before)
        .directory("--new", after)
        .input("--truth", request.truth().map(Truth::place))
        .output("--output", request.output());
    try (Sessions session = Sessions.open("deeplab diff", settings)) {
      DiffResult result = new DiffJob(session.spark(), ReadLimits.of(settings), request).run();
      spec.commandLine().getOut().println(result.text());
      result
          .uncompared()
          .ifPresent(
              left ->
                  spec.commandLine()
                      .getErr()
                      .printf(
                          "%s: %d images are not in these figures: %s%n",
                          spec.qualifiedName(), left.images(), left.message()));
      if (result.holds()) {
        return result.uncompared().isEmpty() ? ExitCode.DONE : ExitCode.TOO_MANY_BAD;
      }
      spec.commandLine()
          .getErr()
          .printf(
              Locale.ROOT,
              "%s: %.6f of the pixels changed label, --max-changed allows %s%n",
              spec.qualifiedName(),
              result.changedFraction(),
              maxChanged);
      return ExitCode.GATE;
    }
  }

  private DiffRequest request(Settings settings) throws IOException {
    return new DiffRequest(
        before,
        after,
        truth.of(settings),
        names.classNames(),
        CountOptions.convention(settings),
        maxChanged == null ? OptionalDouble.empty() : OptionalDouble.of(maxChanged),
        Optional.ofNullable(output));
  }
}
