package org.deeplabspark.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.evaluate.TruthReport;
import org.deeplabspark.evaluate.ValidateJob;
import org.deeplabspark.evaluate.ValidateRequest;
import org.deeplabspark.settings.InputFilter;
import org.deeplabspark.settings.ReadLimits;
import org.deeplabspark.settings.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code validate}. */
@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Finds wrong ground truth before any compute is spent.",
      "",
      "Names missing partners, other sizes, ids out of range, masks that are RGB, 0/255 or anti-aliased; prints the classes' shares. Writes nothing.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 no error (there may be warnings), 1 failed, 2 wrong usage or settings, 4 the truth has errors.",
      "Example: deeplab validate --input VOC2012/JPEGImages --truth VOC2012/SegmentationClass --dataset voc"
    })
final class Validate implements Callable<Integer> {

  @Option(
      names = "--input",
      required = true,
      arity = "1..*",
      paramLabel = "URI",
      description = "The photographs: directories, globs, image files, or one Parquet data set.")
  private List<String> inputs = new ArrayList<>();

  @Option(
      names = "--truth",
      required = true,
      paramLabel = "URI",
      description = "Folder of palette or 8-bit grey PNGs of class ids, or what --dataset says.")
  private String truth;

  @Mixin private SuffixOption suffix;

  @Mixin private VoidOption voidOption;

  @Mixin private LabelOptions labels;

  @Option(
      names = "--examples",
      paramLabel = "N",
      defaultValue = "1",
      description = "Images to name for each kind of finding. Default: ${DEFAULT-VALUE}.")
  private int examples;

  @Mixin private FilterOptions filter;

  @Mixin private SettingsOptions options;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Settings settings = options.base();
    settings = voidOption.over(settings);
    settings = options.over(filter.over(settings));
    ValidateRequest request =
        new ValidateRequest(
            inputs,
            InputFilter.of(settings),
            new Truth(
                truth,
                suffix.suffixes(),
                VoidOption.of(settings),
                labels.truth(),
                labels.panopticJson()),
            labels.classNames(),
            examples);
    new Places().input("--input", inputs).input("--truth", List.of(truth));
    try (Sessions session = Sessions.open("deeplab validate", settings)) {
      TruthReport report = new ValidateJob(session.spark(), ReadLimits.of(settings), request).run();
      spec.commandLine().getOut().print(report.table());
      spec.commandLine().getOut().println(report.verdict());
      return report.hasErrors() ? ExitCode.GATE : ExitCode.DONE;
    }
  }
}
