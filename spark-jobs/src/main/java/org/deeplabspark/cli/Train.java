package org.deeplabspark.cli;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplabspark.dataset.LabelLayout;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.settings.LabelSettings;
import org.deeplabspark.settings.PassSettings;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.train.ClassWeights;
import org.deeplabspark.train.SampleSource;
import org.deeplabspark.train.TrainJob;
import org.deeplabspark.train.TrainOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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
      paramLabel = "NAME",
      description =
          "compact, vgg16-largefov, vgg16-aspp-s, vgg16-aspp-l, resnet101-largefov or resnet101-aspp.")
  private String network;

  @Option(
      names = "--output-stride",
      paramLabel = "S",
      defaultValue = "8",
      description = "8, as published, or 16.")
  private int outputStride;

  @Option(
      names = "--from",
      paramLabel = "MODEL",
      description =
          "Model directory of the same network whose weights to begin with. Where it has another"
              + " number of classes, the classifier begins anew.")
  private String from;

  @Option(
      names = "--freeze",
      paramLabel = "GLOB",
      split = ",",
      description =
          "Layers that do not learn, by name: 'conv1*,*.norm'. A frozen batch normalisation keeps"
              + " its stored statistics. Needs --from.")
  private List<String> freeze = List.of();

  @Option(
      names = "--input",
      arity = "1..*",
      paramLabel = "URI",
      required = true,
      description = "The photographs: directories, globs or image files.")
  private List<String> inputs = List.of();

  @Option(
      names = "--truth",
      paramLabel = "URI",
      required = true,
      description = "Folder of palette or 8-bit grey PNGs of class ids, or what --dataset says.")
  private String truth;

  @Mixin private SuffixOption suffix;

  @Mixin private LayoutOptions layout;

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
      description =
          "Start of the poly policy, for a loss that is the mean over positions. Default: 0.04, and"
              + " 0.001 with --from.",
      showDefaultValue = Visibility.NEVER)
  private Double learningRate;

  @Option(
      names = "--clip-norm",
      paramLabel = "N",
      defaultValue = "Infinity",
      description =
          "Most L2 norm of a minibatch's whole gradient, before weight decay; what is above is"
              + " scaled down to it.")
  private double clipNorm;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description = "cpu: training runs on nothing else.")
  private String device;

  @Option(
      names = "--classifier-rate-factor",
      paramLabel = "F",
      description =
          "Times the rate for the layers that score classes. Default: 0.1, and with --from the"
              + " paper's 10.",
      showDefaultValue = Visibility.NEVER)
  private Double classifierFactor;

  @Option(
      names = "--class-weights",
      paramLabel = "W",
      defaultValue = "equal",
      description =
          "What pixels weigh in the loss: equal, median-frequency (rare classes more), or a number"
              + " for each class, separated by commas.")
  private String classWeights;

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
      names = "--multi-scale-loss",
      description =
          "Learn on each minibatch at 0.75 and 0.5 of its size too, as for segment --scales.")
  private boolean multiScaleLoss;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Tasks that train at the same time. Default: all cores of the application.",
      showDefaultValue = Visibility.NEVER)
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
      arity = "1..*",
      paramLabel = "URI",
      description = "Images that are not trained on; the model with the best mIoU on them is kept.")
  private List<String> validationInputs = List.of();

  @Option(names = "--validation-truth", paramLabel = "URI", description = "Their truth.")
  private String validationTruth;

  @Option(
      names = "--every-minutes",
      paramLabel = "M",
      defaultValue = "5",
      description = "Time between two validations; the model on disk is replaced as often.")
  private double everyMinutes;

  @Mixin private CheckpointOptions checkpoints;

  @Option(
      names = "--skip-bad",
      description = "Leave out images that cannot be trained on instead of refusing to start.")
  private boolean skipBad;

  @SuppressWarnings("UnusedVariable")
  @Mixin
  private VerboseOption verbose;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (!device.equals("cpu")) {
      throw new UsageException(
          "Invalid --device: training runs on CPUs only, must be cpu, got "
              + device
              + "; a GPU labels with the model (segment --device)");
    }
    Settings settings = SettingsOptions.defaults();
    Duration lockStale = LabelSettings.of(settings).lockStale();
    TrainOptions asked = options(1, lockStale); // Wrong values are said before Spark is started.
    new Places()
        .directory("--from", Optional.ofNullable(from))
        .input("--input", inputs)
        .input("--truth", List.of(truth))
        .input("--validation-input", validationInputs)
        .input("--validation-truth", Optional.ofNullable(validationTruth))
        .outputBeside("--output", output)
        .output("--checkpoints", asked.checkpoints().place())
        .output("--tensorboard", asked.checkpoints().tensorBoard())
        .training("--output", asked);
    PassSettings pass = PassSettings.of(settings);
    try (Sessions session = Sessions.open("deeplab train", settings)) {
      JavaSparkContext spark = new JavaSparkContext(session.spark().sparkContext());
      TrainOptions whole = options(spark.defaultParallelism(), lockStale);
      boolean trained = new TrainJob(spark, pass, whole, System.err).run().isPresent();
      spec.commandLine()
          .getOut()
          .println(
              trained
                  ? "model written to " + output
                  : "the training in "
                      + whole.checkpoints().place()
                      + " had ended: "
                      + output
                      + " stays as it is; without --resume it begins anew");
    }
    return ExitCode.DONE;
  }

  private TrainOptions options(int cores, Duration lockStale) {
    if (validationInputs.isEmpty() != (validationTruth == null)) {
      throw new UsageException(
          "Invalid validation: --validation-input and --validation-truth go together");
    }
    try {
      LabelLayout labels = labels();
      SampleSource samples =
          new SampleSource(
              inputs,
              new Truth(
                  truth,
                  suffix.suffixes(),
                  classes.voidLabel(),
                  Optional.of(labels),
                  layout.panopticJson()));
      return new TrainOptions(
          new TrainOptions.Start(network, outputStride, Optional.ofNullable(from), freeze),
          samples,
          classes.voidLabel(),
          output,
          new TrainOptions.Schedule(
              epochs,
              minutes,
              learningRate != null ? learningRate : from == null ? 0.04 : 0.001,
              classifierFactor != null ? classifierFactor : from == null ? 0.1 : 10,
              momentum,
              weightDecay),
          new TrainOptions.Crops(batch, crop, minScale, maxScale, multiScaleLoss),
          ClassWeights.parse(classWeights, labels.classes().size()),
          validationInputs.isEmpty()
              ? Optional.empty()
              : Optional.of(samples.with(validationInputs, validationTruth)),
          everyMinutes,
          workers == null ? cores : workers,
          averagingFrequency,
          seed,
          skipBad,
          checkpoints.of(output),
          new TrainOptions.Safeguards(clipNorm, lockStale));
    } catch (UsageException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /** The data set's classes, or those that were given. */
  private LabelLayout labels() {
    Optional<LabelLayout> dataset = layout.truth();
    if (dataset.isPresent() && classes.given()) {
      throw new UsageException("Invalid --classes: --dataset or --color-map names them already");
    }
    return dataset.orElseGet(
        () -> LabelLayout.plain(classes.labels(), Set.of(classes.voidLabel())));
  }
}
