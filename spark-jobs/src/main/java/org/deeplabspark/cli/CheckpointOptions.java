package org.deeplabspark.cli;

import java.util.Optional;
import org.deeplabspark.train.TrainOptions.Checkpoints;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** Where a training is kept and shown while it runs. */
final class CheckpointOptions {

  @Option(
      names = "--checkpoints",
      paramLabel = "DIR",
      description =
          "Working directory: the last checkpoint, and the curve as Parquet. Default: MODEL-training.",
      showDefaultValue = Visibility.NEVER)
  private String checkpoints;

  @Option(
      names = "--checkpoint-minutes",
      paramLabel = "M",
      defaultValue = "5",
      description = "Time between two checkpoints: what a killed training loses at most.")
  private double checkpointMinutes;

  @Option(
      names = "--resume",
      description =
          "Go on from the last checkpoint, if there is one; a training that had ended is left as it"
              + " is. --learning-rate and --clip-norm may be others.")
  private boolean resume;

  @Option(
      names = "--tensorboard",
      paramLabel = "DIR",
      description =
          "Directory for the curve as TensorBoard event files too, one more with each checkpoint.",
      showDefaultValue = Visibility.NEVER)
  private String tensorBoard;

  Checkpoints of(String model) {
    return new Checkpoints(
        checkpoints == null ? model.replaceAll("/+$", "") + "-training" : checkpoints,
        checkpointMinutes,
        resume,
        Optional.ofNullable(tensorBoard));
  }
}
