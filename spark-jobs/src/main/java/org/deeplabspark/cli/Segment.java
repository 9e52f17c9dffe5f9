package org.deeplabspark.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.deeplabspark.label.SegmentJob;
import org.deeplabspark.label.SegmentOutcome;
import org.deeplabspark.label.SegmentRequest;
import org.deeplabspark.settings.LabelSettings;
import org.deeplabspark.settings.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code segment}. */
@Command(
    name = "segment",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Masks for every image; what an earlier run has done from the same content, model and settings is skipped.",
      "",
      "Writes OUTPUT/masks, OUTPUT/errors (Parquet by run_date) as it goes, OUTPUT/_runs/RUN_ID.json at the end. A bad image is a row in errors.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 done but too many images in errors.",
      "Example: deeplab segment --model models/voc --input photos --output out --crf deeplabv2-vgg16"
    })
final class Segment implements Callable<Integer> {

  @Mixin private SegmentOptions segment;

  @Mixin private SettingsOptions options;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Settings settings = options.over(segment.over(options.base()));
    SegmentRequest request = segment.request();
    LabelSettings label = LabelSettings.of(settings);
    segment.places().segmentOutput("--output", request.output(), label);
    try (Sessions session = Sessions.open("deeplab segment", settings)) {
      SegmentOutcome outcome = new SegmentJob(session.spark(), label, request).run();
      spec.commandLine().getOut().println(outcome.sentence());
      spec.commandLine().getOut().println(outcome.verdict());
      spec.commandLine()
          .getOut()
          .println(
              "Masks in "
                  + request.output()
                  + "/masks, errors in "
                  + request.output()
                  + "/errors, run "
                  + outcome.runId());
      return outcome.tooManyBad() ? ExitCode.TOO_MANY_BAD : ExitCode.DONE;
    }
  }
}
