package org.deeplabspark.train;

import java.io.Serializable;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.GlobPattern;
import org.deeplabspark.model.ClassLabel;
import org.deeplabspark.network.LayerSpec;
import org.deeplabspark.network.NetworkSpec;

/**
 * What to train, on what, and how.
 *
 * @param start the network and where its weights come from
 * @param samples what is trained on; its layout has the network's classes
 * @param voidLabel id of "no label" in masks that the model makes
 * @param output model directory to be made, on any Hadoop file system
 * @param schedule how long and how fast
 * @param crops what of an image a step sees
 * @param classWeights what pixels of each class weigh in the loss
 * @param validation what to measure the model on as it learns, if anything
 * @param everyMinutes between two measurements; the model on disk is replaced as often
 * @param workers tasks that train at the same time on batches of their own
 * @param averagingFrequency minibatches a worker does between two averagings of the parameters
 * @param seed of weights, order and crops
 * @param skipBad whether samples that cannot be trained on are left out instead of refused
 * @param checkpoints where the training is kept while it runs
 * @param safeguards what keeps it from going wrong
 */
public record TrainOptions(
    Start start,
    SampleSource samples,
    int voidLabel,
    String output,
    Schedule schedule,
    Crops crops,
    ClassWeights classWeights,
    Optional<SampleSource> validation,
    double everyMinutes,
    int workers,
    int averagingFrequency,
    long seed,
    boolean skipBad,
    Checkpoints checkpoints,
    Safeguards safeguards) {

  /** Options that may change between an interruption and going on. */
  static final Set<String> CHANGEABLE = Set.of("--learning-rate", "--clip-norm");

  /** Checks the ranges. */
  public TrainOptions {
    require(workers >= 1, "--workers", "at least 1", workers);
    require(averagingFrequency >= 1, "--averaging-frequency", "at least 1", averagingFrequency);
    require(everyMinutes > 0, "--every-minutes", "above 0", everyMinutes);
    int classes = samples.layout().classes().size();
    require(
        voidLabel >= classes && voidLabel <= 255,
        "--void-label",
        classes + " to 255 beside " + classes + " classes",
        voidLabel);
    NetworkSpec network = start.network(classes);
    ScoreGrid.all(network, crops);
    start.frozenLayers(network);
  }

  private static void require(boolean holds, String option, String rule, Object got) {
    if (!holds) {
      throw new IllegalArgumentException(
          String.format("Invalid %s: must be %s, got %s", option, rule, got));
    }
  }

  /** In the order of their numbers. */
  List<ClassLabel> classes() {
    return samples.layout().classes();
  }

  /** The network. */
  NetworkSpec network() {
    return start.network(classes().size());
  }

  /** Names of the layers that do not learn. */
  Set<String> frozen() {
    return start.frozenLayers(network());
  }

  /**
   * All that a checkpoint depends on, by option: only a training that is equal but for {@link
   * #CHANGEABLE} can go on from it.
   */
  Map<String, String> identity(int images) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("--network", start.name());
    settings.put("--output-stride", start.outputStride());
    settings.put("--from", start.from().orElse("none"));
    settings.put("--freeze", start.freeze());
    settings.put("--classes", classes().stream().map(ClassLabel::name).toList());
    settings.put("--void-label", voidLabel);
    settings.put("number of images", images);
    settings.put("--class-weights", classWeights);
    settings.put("--learning-rate", schedule.rate());
    settings.put("--clip-norm", safeguards.clipNorm());
    settings.put("--classifier-rate-factor", schedule.classifierFactor());
    settings.put("--momentum", schedule.momentum());
    settings.put("--weight-decay", schedule.weightDecay());
    settings.put("--batch", crops.batch());
    settings.put("--crop", crops.side());
    settings.put("--min-scale", crops.minScale());
    settings.put("--max-scale", crops.maxScale());
    settings.put("--multi-scale-loss", crops.multiScale());
    settings.put("--workers", workers);
    settings.put("--averaging-frequency", averagingFrequency);
    settings.put("--seed", seed);
    Map<String, String> texts = new LinkedHashMap<>();
    settings.forEach((option, value) -> texts.put(option, value.toString()));
    return texts;
  }

  /** All that a finished training depends on: its length as well. */
  Map<String, String> whole(Map<String, String> identity) {
    Map<String, String> whole = new LinkedHashMap<>(identity);
    whole.put("--epochs", Double.toString(schedule.epochs()));
    whole.put("--minutes", Double.toString(schedule.minutes()));
    return whole;
  }

  /**
   * The network and its first weights.
   *
   * @param name of a {@link NetworkSpec}
   * @param outputStride 8 or 16
   * @param from model directory whose weights to begin with; empty: random ones
   * @param freeze globs of names of layers that do not learn
   */
  public record Start(String name, int outputStride, Optional<String> from, List<String> freeze) {

    /** Copies the list and checks that freezing makes sense. */
    public Start {
      freeze = List.copyOf(freeze);
      if (from.isEmpty() && !freeze.isEmpty()) {
        throw new IllegalArgumentException(
            "Invalid --freeze: random weights must learn; --from names a model to begin with");
      }
    }

    /** The network for a number of classes. */
    NetworkSpec network(int classes) {
      return NetworkSpec.named(name, classes, outputStride);
    }

    /**
     * Names of a network's layers that do not learn.
     *
     * @throws IllegalArgumentException if a glob matches no layer with parameters, or all are
     *     matched
     */
    Set<String> frozenLayers(NetworkSpec network) {
      List<String> learning =
          network.layers().stream()
              .filter(layer -> !layer.parameters().isEmpty())
              .map(LayerSpec::name)
              .toList();
      Set<String> frozen = new TreeSet<>();
      for (String text : freeze) {
        GlobPattern glob = new GlobPattern(text);
        List<String> matched = learning.stream().filter(glob::matches).toList();
        if (matched.isEmpty()) {
          throw new IllegalArgumentException(
              String.format(
                  "Invalid --freeze: %s has no layer with weights named %s; model inspect lists them",
                  name, text));
        }
        frozen.addAll(matched);
      }
      if (frozen.size() == learning.size()) {
        throw new IllegalArgumentException("Invalid --freeze: no layer is left to learn");
      }
      return frozen;
    }
  }

  /**
   * What survives a driver that is killed.
   *
   * @param place working directory on any Hadoop file system: checkpoint and curve
   * @param everyMinutes between two checkpoints
   * @param resume whether to go on from the checkpoint there; it may be none
   * @param tensorBoard directory for the curve as TensorBoard event files too
   */
  public record Checkpoints(
      String place, double everyMinutes, boolean resume, Optional<String> tensorBoard) {

    /** Checks the range. */
    public Checkpoints {
      require(everyMinutes >= 0, "--checkpoint-minutes", "at least 0", everyMinutes);
    }
  }

  /**
   * What keeps a training from going wrong.
   *
   * @param clipNorm most L2 norm of a minibatch's whole gradient; infinite for no limit
   * @param lockStale time after which another training's lock that is not renewed is taken over
   */
  public record Safeguards(double clipNorm, Duration lockStale) {

    /** No limit of the gradient, and the time of the reference settings. */
    public static final Safeguards DEFAULT =
        new Safeguards(Double.POSITIVE_INFINITY, Duration.ofMinutes(10));

    /** Checks the range. */
    public Safeguards {
      require(clipNorm > 0, "--clip-norm", "above 0", clipNorm);
    }
  }

  /**
   * Length and rates: poly policy from {@code rate} down over {@code epochs}, or over {@code
   * minutes} where that comes first.
   *
   * @param epochs times that each image is seen
   * @param minutes wall time after which training ends; infinite for no limit
   * @param rate base learning rate
   * @param classifierFactor times the base rate for the layers that score classes
   * @param momentum in [0, 1)
   * @param weightDecay of convolution weights
   */
  public record Schedule(
      double epochs,
      double minutes,
      double rate,
      double classifierFactor,
      double momentum,
      double weightDecay) {

    /** Checks the lengths. */
    public Schedule {
      require(epochs > 0, "--epochs", "above 0", epochs);
      require(minutes > 0, "--minutes", "above 0", minutes);
      require(rate > 0, "--learning-rate", "above 0", rate);
      require(classifierFactor > 0, "--classifier-rate-factor", "above 0", classifierFactor);
      require(momentum >= 0 && momentum < 1, "--momentum", "at least 0 and below 1", momentum);
      require(weightDecay >= 0, "--weight-decay", "at least 0", weightDecay);
    }
  }

  /**
   * Random crops, scaled and flipped.
   *
   * @param batch crops in a minibatch
   * @param side rows and columns of a crop, in pixels; a multiple of the output stride
   * @param minScale smallest factor of size
   * @param maxScale largest factor of size
   * @param multiScale whether each minibatch is followed by itself at 0.75 and 0.5 of its size, so
   *     that the network learns to score at all scales of multi-scale inference
   */
  public record Crops(int batch, int side, double minScale, double maxScale, boolean multiScale)
      implements Serializable {

    /** Checks the ranges. */
    public Crops {
      require(batch >= 1, "--batch", "at least 1", batch);
      require(side >= 1, "--crop", "at least 1", side);
      require(minScale > 0, "--min-scale", "above 0", minScale);
      require(maxScale >= minScale, "--max-scale", "at least --min-scale, " + minScale, maxScale);
    }
  }
}
