package org.deeplabspark.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.deeplabspark.demo.DemoJob;
import org.deeplabspark.demo.DemoRequest;
import org.deeplabspark.settings.CrfPresets;
import org.deeplabspark.settings.DemoSettings;
import org.deeplabspark.settings.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "The whole path on what the application carries.",
      "",
      "Draws scenes, labels them by the shipped network without and with CRF, evaluates both against the exact truth and writes the report.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage or settings.",
      "Example: deeplab demo --output demo --scenes 8"
    })
final class Demo implements Callable<Integer> {

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = "deeplab-demo",
      description = "Directory for all that is made. Default: ${DEFAULT-VALUE}.")
  private String output;

  @Option(
      names = "--scenes",
      paramLabel = "N",
      defaultValue = "24",
      description = "How many scenes. Default: ${DEFAULT-VALUE}.")
  private int scenes;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "2026",
      description = "Seed of the scenes. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--crf",
      paramLabel = "PRESET",
      description =
          "CRF parameters by name (conf/crf-presets.conf). Default: deeplabv2-resnet101-voc12.")
  private String crf;

  @Mixin private SettingsOptions options;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Settings settings = options.base();
    if (crf != null) {
      settings = CrfPresets.apply(crf, settings);
    }
    settings = options.over(settings);
    DemoSettings demo = DemoSettings.of(settings);
    DemoRequest request = new DemoRequest(output, scenes, seed);
    new Places().output("--output", output);
    try (Sessions session = Sessions.open("deeplab demo", settings)) {
      spec.commandLine().getOut().println(new DemoJob(session.spark(), demo, request).run().text());
      return ExitCode.DONE;
    }
  }
}
