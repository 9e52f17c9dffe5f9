package org.deeplabspark.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.deeplabspark.dataset.LabelLayouts;
import org.deeplabspark.dataset.LabelMap;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.evaluate.EvaluateJob;
import org.deeplabspark.evaluate.EvaluateRequest;
import org.deeplabspark.evaluate.Evaluation;
import org.deeplabspark.evaluate.PredictedLabels;
import org.deeplabspark.evaluate.Slicing;
import org.deeplabspark.metric.Trimap;
import org.deeplabspark.settings.ReadLimits;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code evaluate}. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Counts predicted against true pixels, image by image, and prints IoU by class.",
      "",
      "Writes OUTPUT/per_image, OUTPUT/per_class, OUTPUT/confusion, with --boundary OUTPUT/boundary, with --slice-by OUTPUT/slices and OUTPUT/slice_classes (Parquet), and OUTPUT/summary.json; images that cannot be compared go to OUTPUT/uncompared.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 done but images could not be compared, 4 mean IoU below --min-miou.",
      "Example: deeplab evaluate --predictions out --truth VOC2012/SegmentationClass --output metrics",
      "Example: deeplab evaluate --predictions out --truth gtFine/val --dataset cityscapes --boundary"
          + " --slice-by '(?<city>[a-z]+)_' --output metrics"
    })
final class Evaluate implements Callable<Integer> {

  private static final String MAX_BAD = "evaluate.max-bad-fraction";

  @Option(
      names = "--predictions",
      required = true,
      paramLabel = "DIR",
      description =
          "Output of segment, or a folder of PNG masks whose indexes or grey values are class ids.")
  private String predictions;

  @Option(
      names = "--truth",
      required = true,
      paramLabel = "URI",
      description =
          "Folder of palette or 8-bit grey PNGs of class ids, or what --dataset says, found by image id.")
  private String truth;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Directory for counts and summary.")
  private String output;

  @Mixin private SuffixOption suffix;

  @Mixin private CountOptions counting;

  @Option(
      names = "--min-miou",
      paramLabel = "X",
      description = "Exit code 4 where the mean IoU is below this, 0..1.")
  private Double minMiou;

  @Option(
      names = "--max-bad-fraction",
      paramLabel = "F",
      description =
          "Share of images that cannot be compared above which the exit code is 3 (evaluate.max-bad-fraction).")
  private String maxBadFraction;

  @Mixin private LabelOptions labels;

  @Option(
      names = "--prediction-dataset",
      paramLabel = "NAME|FILE",
      description = "What the labels of PNG predictions mean, as --dataset.")
  private String predictionDataset;

  @Option(
      names = "--label-map",
      paramLabel = "NAME|FILE",
      description =
          "Which predicted class stands for which of the truth's: cityscapes-to-camvid, or a file like it.")
  private String labelMap;

  @Option(
      names = "--boundary",
      description =
          "Also measure trimap mean IoU at 1..40 pixels and Boundary IoU (evaluate.trimap).")
  private boolean boundary;

  @Option(
      names = "--slice-by",
      paramLabel = "REGEX|COLUMNS",
      description =
          "Also count apart: by named groups of a regular expression in image ids or paths, or by columns of --slice-table.")
  private String sliceBy;

  @Option(
      names = "--slice-table",
      paramLabel = "FILE",
      description = "CSV with a header, or Parquet: image_id and the columns of --slice-by.")
  private String sliceTable;

  @Mixin private SettingsOptions options;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Settings settings = options.base();
    settings = counting.over(settings);
    if (maxBadFraction != null) {
      settings = settings.with(MAX_BAD, maxBadFraction, "--max-bad-fraction");
    }
    settings = options.over(settings);
    settings.number(MAX_BAD, 0, 1);
    if (minMiou != null && !(minMiou >= 0 && minMiou <= 1)) {
      throw new UsageException("Invalid --min-miou: must be in 0..1, got " + minMiou);
    }
    EvaluateRequest request =
        new EvaluateRequest(
            predictions,
            new Truth(
                truth,
                suffix.suffixes(),
                VoidOption.of(settings),
                labels.truth(),
                labels.panopticJson()),
            output,
            new PredictedLabels(
                labels.classNames(),
                Optional.ofNullable(predictionDataset).map(LabelLayouts::open),
                Optional.ofNullable(labelMap).map(LabelMap::open)),
            CountOptions.convention(settings),
            boundary ? Optional.of(border(settings)) : Optional.empty(),
            slicing());
    new Places()
        .directory("--predictions", predictions)
        .input("--truth", List.of(truth))
        .input("--slice-table", Optional.ofNullable(sliceTable))
        .output("--output", output);
    try (Sessions session = Sessions.open("deeplab evaluate", settings)) {
      return report(
          new EvaluateJob(session.spark(), ReadLimits.of(settings), request).run(),
          settings.number(MAX_BAD, 0, 1));
    }
  }

  private int report(Evaluation evaluation, double maxBad) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(evaluation.table());
    if (evaluation.truthsWithoutPrediction() > 0) {
      out.printf(
          "%d truth files have no prediction and were left out%n",
          evaluation.truthsWithoutPrediction());
    }
    evaluation
        .uncompared()
        .ifPresent(
            left ->
                spec.commandLine()
                    .getErr()
                    .printf(
                        "%s: %d images are not in these figures, see %s/uncompared: %s%n",
                        spec.qualifiedName(), left.images(), output, left.message()));
    if (minMiou != null && !(evaluation.meanIou() >= minMiou)) {
      String what =
          Double.isNaN(evaluation.meanIou())
              ? "there is no mIoU to compare with --min-miou: no class has a pixel"
              : String.format(
                  Locale.ROOT, "mIoU %.4f is below --min-miou %s", evaluation.meanIou(), minMiou);
      spec.commandLine().getErr().println(spec.qualifiedName() + ": " + what);
      return ExitCode.GATE;
    }
    return evaluation.tooManyUncompared(maxBad) ? ExitCode.TOO_MANY_BAD : ExitCode.DONE;
  }

  private static Trimap.Border border(Settings settings) {
    return Trimap.Border.valueOf(
        settings
            .choice("evaluate.trimap", List.of("auto", "void", "classes"))
            .toUpperCase(Locale.ROOT));
  }

  private Optional<Slicing> slicing() {
    if (sliceBy == null) {
      if (sliceTable != null) {
        throw new UsageException("Invalid --slice-table: --slice-by must name its columns");
      }
      return Optional.empty();
    }
    return Optional.of(
        sliceTable == null ? Slicing.byPattern(sliceBy) : Slicing.byColumns(sliceBy, sliceTable));
  }
}
