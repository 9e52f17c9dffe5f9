package org.deeplabspark.train;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplabspark.engine.Dl4jGraph;
import org.deeplabspark.engine.Learning;
import org.deeplabspark.model.EngineKind;
import org.deeplabspark.model.FoldedNetwork;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.model.OnnxExport;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.ModelDirectory;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;

/**
 * Trains a network by parameter averaging and writes a model directory.
 *
 * <p>On the driver: the list of paths, one copy of the parameters and of the momentum. On each
 * executor: the same for every task, and one minibatch.
 */
public final class TrainJob {

  private final JavaSparkContext spark;
  private final TrainOptions options;
  private final PrintStream out;
  private final NetworkSpec network;

  /**
   * A training to be run.
   *
   * @param spark any context; {@code options.workers()} of its tasks train at a time
   * @param out gets one line of progress a few times a minute
   */
  public TrainJob(JavaSparkContext spark, TrainOptions options, PrintStream out) {
    this.spark = spark;
    this.options = options;
    this.out = out;
    this.network = options.spec();
  }

  /**
   * Trains and writes the model: the last one, or where there are validation images the best one.
   *
   * @return loss, length and validation
   * @throws UsageException if input, truth or output is not usable; nothing is written then
   * @throws IOException if a file cannot be read or written
   */
  public TrainResult run() throws IOException {
    NativeThreads.limitToOne();
    Configuration hadoop = spark.hadoopConfiguration();
    Broadcast<SerializableConfiguration> configuration =
        spark.broadcast(new SerializableConfiguration(hadoop));
    ModelDirectory directory = ModelDirectory.at(hadoop, options.output());
    List<SamplePair> pairs = SamplePair.list(hadoop, options.input(), options.truth());
    Snapshots snapshots = new Snapshots(directory, validator(configuration));
    BatchPlan plan = new BatchPlan(pairs.size(), options.crops().batch(), options.seed());
    BatchLoader loader =
        new BatchLoader(
            spark.broadcast(pairs),
            configuration,
            options.crops(),
            ScoreGrid.of(network, options.crops().side()),
            network.classes(),
            options.voidLabel());

    int step = options.workers() * options.crops().batch();
    int iterations =
        (int) Math.max(1, Math.ceil(options.schedule().epochs() * pairs.size() / step));
    Learning learning = learning(iterations);
    SparkComputationGraph trainer =
        new SparkComputationGraph(
            spark, Dl4jGraph.create(network, learning, Dl4jGraph.Kernel.TAPS), master());
    TrainProgress progress = new TrainProgress(out, options.schedule(), iterations, step);
    int done = 0;
    while (done < progress.iterations()) {
      trainer.fitPaths(
          spark.parallelize(
              plan.next(options.workers() * options.averagingFrequency()), options.workers()),
          loader);
      done += options.averagingFrequency();
      if (progress.passed(done, plan.epochs(), trainer.getScore())) {
        Dl4jGraph.setIterations(network, trainer.getNetwork(), learning, progress.iterations());
      }
      if (snapshots.due() && done < progress.iterations()) {
        snapshots.take(trainer.getNetwork(), done, plan.epochs());
      }
    }
    snapshots.take(trainer.getNetwork(), done, plan.epochs());
    out.println("model written to " + options.output());
    return new TrainResult(done, plan.epochs(), progress.loss(), snapshots.best());
  }

  private Optional<Validator> validator(Broadcast<SerializableConfiguration> configuration)
      throws IOException {
    if (options.validation().isEmpty()) {
      return Optional.empty();
    }
    TrainOptions.Validation images = options.validation().get();
    return Optional.of(
        new Validator(
            spark,
            SamplePair.list(spark.hadoopConfiguration(), images.input(), images.truth()),
            configuration));
  }

  /** Exports the network as it learns; keeps the best where it can tell. */
  private final class Snapshots {

    private final ModelDirectory directory;
    private final Optional<Validator> validator;
    private long last = System.nanoTime();
    private OptionalDouble best = OptionalDouble.empty();

    Snapshots(ModelDirectory directory, Optional<Validator> validator) {
      this.directory = directory;
      this.validator = validator;
    }

    boolean due() {
      return (System.nanoTime() - last) / 60e9 >= options.everyMinutes();
    }

    OptionalDouble best() {
      return best;
    }

    void take(ComputationGraph graph, int done, double epochs) throws IOException {
      byte[] onnx =
          OnnxExport.write(FoldedNetwork.of(network, Dl4jGraph.checkpoint(network, graph)));
      ModelCard card =
          ModelCard.of(
              network,
              EngineKind.ONNX,
              directory.name(),
              options.classes(),
              options.voidLabel(),
              Normalization.input(network),
              onnx,
              source(done, epochs));
      if (validator.isPresent()) {
        double meanIou = validator.get().meanIou(card, onnx, options.workers());
        out.printf(
            Locale.ROOT,
            "step %d  epoch %.1f  validation mIoU %.2f%n",
            done,
            epochs,
            100 * meanIou);
        if (best.isPresent() && meanIou < best.getAsDouble()) {
          last = System.nanoTime();
          return;
        }
        best = OptionalDouble.of(meanIou);
      }
      directory.write(card, onnx);
      last = System.nanoTime();
    }
  }

  private String source(int done, double epochs) {
    return String.format(
        Locale.ROOT,
        "%s trained with dl4j-spark: %d workers, %d steps each of %d crops, %.1f epochs, seed %d",
        network.name(),
        options.workers(),
        done,
        options.crops().batch(),
        epochs,
        options.seed());
  }

  private Learning learning(int iterations) {
    TrainOptions.Schedule schedule = options.schedule();
    return new Learning(
        options.seed(),
        schedule.rate(),
        schedule.classifierFactor(),
        iterations,
        schedule.momentum(),
        schedule.weightDecay());
  }

  private ParameterAveragingTrainingMaster master() {
    int batch = options.crops().batch();
    return new ParameterAveragingTrainingMaster.Builder(options.workers(), batch)
        .batchSizePerWorker(batch)
        .averagingFrequency(options.averagingFrequency())
        .workerPrefetchNumBatches(0)
        .saveUpdater(true)
        // The texts of the minibatches are one partition a worker already.
        .repartionData(Repartition.Never)
        .rddTrainingApproach(RDDTrainingApproach.Direct)
        .build();
  }
}
