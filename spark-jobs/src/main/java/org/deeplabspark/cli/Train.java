package org.deeplabspark.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.train.TrainJob;
import org.deeplabspark.train.TrainOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code train}: a model directory from images and label masks. */
@Command(
    name = "train",
    description = "Trains a network by parameter averaging on Spark and writes a model directory.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    sortOptions = false)
final class Train implements Callable<Integer> {

  @Option(
      names = "--network",
      required = true,
      description =
          "compact, vgg16-largefov, vgg16-aspp-s, vgg16-aspp-l, resnet101-largefov or resnet101-aspp.")
  private String network;

  @Option(
      names = "--input",
      paramLabel = "URI",
      required = true,
      description = "Directory (with its sub-directories) or glob of images.")
  private String input;

  @Option(
      names = "--truth",
      paramLabel = "URI",
      required = true,
      description = "Directory of PNG label masks with the same names.")
  private String truth;

  @Option(
      names = "--output",
      paramLabel = "MODEL",
      required = true,
      description = "Model directory to be made; one that is there is replaced.")
  private String output;

  @Mixin private ClassOptions classes;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "30",
      description = "Times that each image is seen.")
  private double epochs;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      defaultValue = "Infinity",
      description = "End after this time where the epochs take longer; the rate follows.")
  private double minutes;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      defaultValue = "0.04",
      description = "Start of the poly policy, for a loss that is the mean over positions.")
  private double learningRate;

  @Option(
      names = "--classifier-rate-factor",
      paramLabel = "F",
      defaultValue = "0.1",
      description =
          "Times the rate for the layers that score classes: below 1 for a network trained from"
              + " nothing, 10 for one fine-tuned at the paper's low rate.")
  private double classifierFactor;

  @Option(names = "--momentum", paramLabel = "M", defaultValue = "0.9", description = "Nesterov's.")
  private double momentum;

  @Option(
      names = "--weight-decay",
      paramLabel = "D",
      defaultValue = "0.0005",
      description = "Of convolution weights; never of biases.")
  private double weightDecay;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "4",
      description = "Crops in a worker's minibatch.")
  private int batch;

  @Option(
      names = "--crop",
      paramLabel = "PIXELS",
      defaultValue = "320",
      description = "Side of a crop; 321 for vgg16 and resnet101 networks.")
  private int crop;

  @Option(
      names = "--min-scale",
      paramLabel = "F",
      defaultValue = "0.5",
      description = "Smallest random scale.")
  private double minScale;

  @Option(
      names = "--max-scale",
      paramLabel = "F",
      defaultValue = "1.5",
      description = "Largest random scale.")
  private double maxScale;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Tasks that train at the same time. Default: all cores of the application.",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
  private Integer workers;

  @Option(
      names = "--averaging-frequency",
      paramLabel = "N",
      defaultValue = "8",
      description = "Minibatches of a worker between two averagings.")
  private int averagingFrequency;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Of weights, order and crops.")
  private long seed;

  @Option(
      names = "--validation-input",
      paramLabel = "URI",
      description = "Images that are not trained on; the model with the best mIoU on them is kept.")
  private String validationInput;

  @Option(names = "--validation-truth", paramLabel = "URI", description = "Their label masks.")
  private String validationTruth;

  @Option(
      names = "--every-minutes",
      paramLabel = "M",
      defaultValue = "5",
      description = "Time between two validations; the model on disk is replaced as often.")
  private double everyMinutes;

  @Option(
      names = "--checkpoints",
      paramLabel = "DIR",
      description =
          "Working directory: the last checkpoint, and the curve as Parquet. Default: MODEL-training.",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
  private String checkpoints;

  @Option(
      names = "--checkpoint-minutes",
      paramLabel = "M",
      defaultValue = "5",
      description = "Time between two checkpoints: what a killed training loses at most.")
  private double checkpointMinutes;

  @Option(names = "--resume", description = "Go on from the last checkpoint, if there is one.")
  private boolean resume;

  @Option(
      names = "--skip-bad",
      description = "Leave out images that cannot be trained on instead of refusing to start.")
  private boolean skipBad;

  @SuppressWarnings("UnusedVariable")
  @Mixin
  private VerboseOption verbose;

  @Override
  public Integer call() throws Exception {
    options(1); // Wrong values are said before Spark is started.
    try (Sessions session = Sessions.open("deeplab train")) {
      JavaSparkContext spark = new JavaSparkContext(session.spark().sparkContext());
      new TrainJob(spark, options(spark.defaultParallelism()), System.out).run();
    }
    return ExitCode.DONE;
  }

  private TrainOptions options(int cores) {
    if ((validationInput == null) != (validationTruth == null)) {
      throw new UsageException(
          "Invalid validation: --validation-input and --validation-truth go together");
    }
    try {
      return new TrainOptions(
          network,
          classes.labels(),
          classes.voidLabel(),
          input,
          truth,
          output,
          new TrainOptions.Schedule(
              epochs, minutes, learningRate, classifierFactor, momentum, weightDecay),
          new TrainOptions.Crops(batch, crop, minScale, maxScale),
          Optional.ofNullable(validationInput)
              .map(images -> new TrainOptions.Validation(images, validationTruth)),
          everyMinutes,
          workers == null ? cores : workers,
          averagingFrequency,
          seed,
          skipBad,
          new TrainOptions.Checkpoints(
              checkpoints == null ? workPlace() : checkpoints, checkpointMinutes, resume));
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  private String workPlace() {
    return output.replaceAll("/+$", "") + "-training";
  }
}
