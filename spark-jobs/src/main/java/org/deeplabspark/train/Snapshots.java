package org.deeplabspark.train;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.engine.dl4j.Dl4jGraph;
import org.deeplabspark.io.ModelDirectory;
import org.deeplabspark.model.EngineKind;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.model.ModelInput;
import org.deeplabspark.model.OnnxExport;
import org.deeplabspark.network.NetworkSpec;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Writes the network as it learns as a model; keeps the best where validation can tell. */
final class Snapshots {

  private final TrainOptions options;
  private final ModelInput input;
  private final NetworkSpec network;
  private final ModelDirectory directory;
  private final Optional<Validator> validator;
  private final PrintStream out;
  private OptionalDouble best;
  private long last = System.nanoTime();

  Snapshots(
      TrainOptions options,
      ModelInput input,
      ModelDirectory directory,
      Optional<Validator> validator,
      OptionalDouble best,
      PrintStream out) {
    this.options = options;
    this.input = input;
    this.network = options.network();
    this.directory = directory;
    this.validator = validator;
    this.best = best;
    this.out = out;
  }

  /** Whether it is time for the next one. */
  boolean due() {
    return (System.nanoTime() - last) / 60e9 >= options.everyMinutes();
  }

  /** Validation mIoU of the model on disk. */
  OptionalDouble best() {
    return best;
  }

  /**
   * Validates the network and replaces the model on disk unless that one is better.
   *
   * @return how good the network is; empty without validation images
   */
  Optional<Validation> take(ComputationGraph graph, TrainProgress progress) throws IOException {
    // Unfolded: another training can begin with it, and the runtime folds it as it loads.
    byte[] onnx = OnnxExport.write(network, Dl4jGraph.checkpoint(network, graph));
    ModelCard card =
        ModelCard.of(
            network,
            EngineKind.ONNX,
            directory.name(),
            options.classes(),
            options.voidLabel(),
            input,
            onnx,
            source(progress));
    last = System.nanoTime();
    if (validator.isEmpty()) {
      directory.write(card, onnx);
      return Optional.empty();
    }
    Validation measured = validator.get().measure(card, onnx, options.workers());
    double meanIou = measured.meanIou();
    out.printf(
        Locale.ROOT,
        "step %d  epoch %.1f  validation mIoU %.2f%n",
        progress.done(),
        progress.epochs(),
        100 * meanIou);
    if (best.isEmpty() || meanIou >= best.getAsDouble()) {
      best = OptionalDouble.of(meanIou);
      directory.write(card, onnx);
    }
    last = System.nanoTime();
    return Optional.of(measured);
  }

  private String source(TrainProgress progress) {
    return String.format(
        Locale.ROOT,
        "%s trained with dl4j-spark%s: %d workers, %d steps each of %d crops, %.1f epochs, seed %d",
        network.name(),
        options.start().from().map(from -> " from " + new Path(from).getName()).orElse(""),
        options.workers(),
        progress.done(),
        options.crops().batch(),
        progress.epochs(),
        options.seed());
  }
}
