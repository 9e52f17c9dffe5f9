package org.deeplabspark.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.deeplabspark.label.PlanJob;
import org.deeplabspark.label.SegmentRequest;
import org.deeplabspark.settings.LabelSettings;
import org.deeplabspark.settings.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code plan}. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "What segment with the same options would do; writes nothing.",
      "",
      "Prints the resolved settings, images found, done and to do, partitions, the memory an executor needs by component, and the device that each executor would really use.",
      ""
    },
    footer = {"", "Example: deeplab plan --model models/voc --input photos --output out"})
final class Plan implements Callable<Integer> {

  @Mixin private SegmentOptions segment;

  @Mixin private SettingsOptions options;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Settings settings = options.over(segment.over(options.base()));
    SegmentRequest request = segment.request();
    LabelSettings label = LabelSettings.of(settings);
    segment.places();
    try (Sessions session = Sessions.open("deeplab plan", settings)) {
      new PlanJob(session.spark(), label, settings.values(), request)
          .run()
          .lines()
          .forEach(spec.commandLine().getOut()::println);
      return ExitCode.DONE;
    }
  }
}
