package org.deeplabspark.train;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.deeplabspark.model.ClassLabel;
import org.deeplabspark.network.NetworkSpec;

/**
 * What to train, on what, and how.
 *
 * @param network name of a {@link org.deeplabspark.network.NetworkSpec}
 * @param classes in the order of their ids in the label masks
 * @param voidLabel id of pixels that count nowhere; ids that are neither a class nor this are
 *     errors
 * @param input directory or glob of images
 * @param truth directory of PNG label masks with the same names
 * @param output model directory to be made, on any Hadoop file system
 * @param schedule how long and how fast
 * @param crops what of an image a step sees
 * @param validation what to measure the model on as it learns, if anything
 * @param everyMinutes between two measurements; the model on disk is replaced as often
 * @param workers tasks that train at the same time on batches of their own
 * @param averagingFrequency minibatches a worker does between two averagings of the parameters
 * @param seed of weights, order and crops
 * @param skipBad whether samples that cannot be trained on are left out instead of refused
 * @param checkpoints where the training is kept while it runs
 */
public record TrainOptions(
    String network,
    List<ClassLabel> classes,
    int voidLabel,
    String input,
    String truth,
    String output,
    Schedule schedule,
    Crops crops,
    Optional<Validation> validation,
    double everyMinutes,
    int workers,
    int averagingFrequency,
    long seed,
    boolean skipBad,
    Checkpoints checkpoints) {

  /** Copies the classes and checks the ranges. */
  public TrainOptions {
    classes = List.copyOf(classes);
    if (workers < 1 || averagingFrequency < 1) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid training: workers and averaging frequency must be at least 1, got %d and %d",
              workers, averagingFrequency));
    }
    if (!(everyMinutes > 0)) {
      throw new IllegalArgumentException(
          "Invalid minutes between validations: must be positive, got " + everyMinutes);
    }
    if (voidLabel < classes.size() || voidLabel > 255) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid void label: must be %d to 255, got %d", classes.size(), voidLabel));
    }
    ScoreGrid.of(NetworkSpec.named(network, classes.size()), crops.side());
  }

  /** The network. */
  NetworkSpec spec() {
    return NetworkSpec.named(network, classes.size());
  }

  /** All that a checkpoint depends on: only an equal training can go on from it. */
  String identity(int samples) {
    return String.format(
        Locale.ROOT,
        "network %s, %d classes, %d images, %d workers, averaging every %d, seed %d, %s, rate %s x %s,"
            + " momentum %s, decay %s",
        network,
        classes.size(),
        samples,
        workers,
        averagingFrequency,
        seed,
        crops,
        schedule.rate(),
        schedule.classifierFactor(),
        schedule.momentum(),
        schedule.weightDecay());
  }

  /**
   * What survives a driver that is killed.
   *
   * @param place working directory on any Hadoop file system: checkpoint and curve
   * @param everyMinutes between two checkpoints
   * @param resume whether to go on from the checkpoint there; it may be none
   */
  public record Checkpoints(String place, double everyMinutes, boolean resume) {

    /** Checks the range. */
    public Checkpoints {
      if (!(everyMinutes >= 0)) {
        throw new IllegalArgumentException(
            "Invalid minutes between checkpoints: must not be negative, got " + everyMinutes);
      }
    }
  }

  /**
   * Images that are not trained on.
   *
   * @param input directory or glob of images
   * @param truth directory of PNG label masks with the same names
   */
  public record Validation(String input, String truth) {}

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
      if (!(epochs > 0) || !(minutes > 0)) {
        throw new IllegalArgumentException(
            String.format(
                "Invalid training length: epochs and minutes must be positive, got %s and %s",
                epochs, minutes));
      }
      if (!(rate > 0 && classifierFactor > 0 && weightDecay >= 0 && momentum >= 0)
          || momentum >= 1) {
        throw new IllegalArgumentException(
            String.format(
                "Invalid learning: rate and factor must be positive, decay not negative, momentum"
                    + " in [0, 1), got %s, %s, %s and %s",
                rate, classifierFactor, weightDecay, momentum));
      }
    }
  }

  /**
   * Random crops, scaled and flipped.
   *
   * @param batch crops in a minibatch
   * @param side rows and columns of a crop, in pixels; a multiple of the output stride
   * @param minScale smallest factor of size
   * @param maxScale largest factor of size
   */
  public record Crops(int batch, int side, double minScale, double maxScale) {

    /** Checks the ranges. */
    public Crops {
      if (batch < 1 || side < 1 || !(minScale > 0) || !(maxScale >= minScale)) {
        throw new IllegalArgumentException(
            String.format(
                "Invalid crops: got batch %d, side %d, scales %s to %s",
                batch, side, minScale, maxScale));
      }
    }
  }
}
