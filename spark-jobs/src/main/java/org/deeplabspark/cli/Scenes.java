package org.deeplabspark.cli;

import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.demo.SceneFolder;
import org.deeplabspark.demo.SceneGenerator;
import org.deeplabspark.io.OutputDirectory;
import org.deeplabspark.io.PathText;
import org.deeplabspark.settings.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code scenes}: draws synthetic scenes and their ground truth. */
@Command(
    name = "scenes",
    description = "Draws synthetic scenes (DIR/image) and their exact ground truth (DIR/label).",
    mixinStandardHelpOptions = true)
final class Scenes implements Callable<Integer> {

  /** As many as five digits number. */
  private static final int MOST = 99_999;

  @Spec private CommandSpec spec;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "Directory on any Hadoop file system.")
  private String output;

  @Option(names = "--count", paramLabel = "N", required = true, description = "1 to 99999.")
  private int count;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Scenes of two seeds have nothing in common. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @SuppressWarnings("UnusedVariable")
  @Mixin
  private VerboseOption verbose;

  @Override
  public Integer call() throws Exception {
    if (count < 1 || count > MOST) {
      throw new UsageException(
          String.format("Invalid --count: must be 1 to %d, got %d", MOST, count));
    }
    new Places().output("--output", output);
    Configuration hadoop = new Configuration();
    OutputDirectory.refuseOutput(hadoop, output);
    SceneFolder scenes = new SceneFolder(hadoop, PathText.parse(output));
    scenes.refuseOthers(new SceneGenerator(seed), count);
    scenes.write(new SceneGenerator(seed), count);
    spec.commandLine().getOut().printf("%d scenes of seed %d in %s%n", count, seed, output);
    return ExitCode.DONE;
  }
}
