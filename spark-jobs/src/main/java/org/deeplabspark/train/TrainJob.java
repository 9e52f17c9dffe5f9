package org.deeplabspark.train;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplabspark.dataset.TruthReader;
import org.deeplabspark.engine.dl4j.Dl4jGraph;
import org.deeplabspark.engine.dl4j.GradientClip;
import org.deeplabspark.engine.dl4j.SgdSettings;
import org.deeplabspark.io.ModelDirectory;
import org.deeplabspark.model.DefaultInput;
import org.deeplabspark.model.ModelInput;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.settings.PassSettings;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.train.TrainingState.CheckpointHeader;
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
  private final PassSettings settings;
  private final TrainOptions options;
  private final PrintStream out;
  private final NetworkSpec network;

  /**
   * A training to be run.
   *
   * @param spark any context; {@code options.workers()} of its tasks train at a time
   * @param settings limits of reading and decoding files
   * @param out gets one line of progress a few times a minute
   */
  public TrainJob(
      JavaSparkContext spark, PassSettings settings, TrainOptions options, PrintStream out) {
    this.spark = spark;
    this.settings = settings;
    this.options = options;
    this.out = out;
    this.network = options.network();
  }

  /**
   * Trains and writes the model: the last one, or where there are validation images the best one.
   *
   * @return loss, length and validation; empty where the training that was to be resumed had ended
   * @throws ArithmeticException if the training has diverged; model and last checkpoint stay
   * @throws IllegalStateException if another training is writing to the same model or folder
   * @throws UsageException if input, truth, output or checkpoint is not usable; nothing is written
   *     then
   * @throws IOException if a file cannot be read or written
   */
  public Optional<TrainResult> run() throws IOException {
    NativeThreads.limitToOne();
    try (TrainLock lock = TrainLock.take(spark.hadoopConfiguration(), options)) {
      return run(lock);
    }
  }

  /**
   * Looks whether another training is writing to the same model or folder, so that nobody waits for
   * executors which that has.
   *
   * @throws IllegalStateException if one is
   */
  public static void refuseTaken(Configuration hadoop, TrainOptions options) throws IOException {
    TrainLock.look(hadoop, options);
  }

  private Optional<TrainResult> run(TrainLock lock) throws IOException {
    Configuration hadoop = spark.hadoopConfiguration();
    InputFiles files =
        new InputFiles(spark.broadcast(new SerializableConfiguration(hadoop)), settings.limits());
    ModelDirectory directory = ModelDirectory.at(hadoop, options.output());
    TrainingFolder folder = TrainingFolder.at(hadoop, options.checkpoints().place());
    Optional<TensorBoardFolder> board = Optional.empty();
    if (options.checkpoints().tensorBoard().isPresent()) {
      String place = options.checkpoints().tensorBoard().get();
      board = Optional.of(TensorBoardFolder.at(hadoop, place));
    }
    Optional<StartingPoint> start = startingPoint(hadoop);
    ModelInput input = start.map(StartingPoint::input).orElse(DefaultInput.trained(network));
    SampleReader reader =
        new SampleReader(files, settings.segment(), new TruthReader(options.samples().layout()));
    SampleCheck.Good good =
        new SampleCheck(spark, reader, network.classes())
            .good(SamplePair.list(hadoop, options.samples()), options.skipBad(), out);
    List<SamplePair> pairs = good.pairs();
    float[] classWeights = options.classWeights().of(good.frequency(), network.classes());
    if (good.frequency().isNothing(classWeights)) {
      throw new UsageException(
          "Invalid --class-weights: no pixel of the truth is of a class that weighs anything");
    }
    Optional<Validator> validator = validator(reader);
    validator.ifPresent(Validator::requireTruth);
    Map<String, String> identity = options.identity(pairs.size());
    boolean resume = options.checkpoints().resume();
    if (resume && directory.isThere() && folder.isFinished(options.whole(identity))) {
      return Optional.empty();
    }
    // Before anything is written: a training that begins anew takes the events of no other.
    if (board.isPresent() && !(resume && folder.isInterrupted())) {
      board.get().begin();
    }
    Optional<TrainingState> interrupted = Optional.empty();
    if (resume) {
      interrupted = folder.resume(identity);
    } else {
      folder.begin();
    }
    Optional<CheckpointHeader> header = interrupted.map(TrainingState::header);
    if (header.isPresent() && board.isPresent()) {
      board.get().cutBack(header.get().done());
    }
    OptionalDouble best = header.map(CheckpointHeader::bestIfAny).orElse(OptionalDouble.empty());
    Snapshots snapshots = new Snapshots(options, input, directory, validator, best, out);
    List<ScoreGrid> grids = ScoreGrid.all(network, options.crops());
    BatchPlan plan =
        new BatchPlan(pairs.size(), options.crops().batch(), grids.size(), options.seed());
    plan.skip(header.map(CheckpointHeader::drawn).orElse(0L));
    BatchLoader loader =
        new BatchLoader(
            spark.broadcast(pairs), reader, options.crops(), grids, classWeights, input);

    int step = options.workers() * options.crops().batch();
    int iterations =
        (int)
            Math.max(
                1, Math.ceil(options.schedule().epochs() * pairs.size() * grids.size() / step));
    double epochs = (double) iterations * step / grids.size() / pairs.size();
    if (epochs > 1.1 * options.schedule().epochs()) {
      out.printf(
          Locale.ROOT,
          "a step of all workers has %d crops: %.1f epochs of %d images instead of %.1f%n",
          step,
          epochs,
          pairs.size(),
          options.schedule().epochs());
    }
    TrainProgress progress =
        new TrainProgress(
            out,
            options.schedule(),
            iterations,
            step,
            header.map(CheckpointHeader::done).orElse(0),
            header.map(CheckpointHeader::seconds).orElse(0.0),
            header.map(CheckpointHeader::loss).orElse(Double.NaN));
    SgdSettings learning = learning(iterations);
    ComputationGraph graph = graph(start, learning);
    if (interrupted.isPresent()) {
      goOn(interrupted.get(), graph, identity);
    } else if (resume) {
      out.println("no checkpoint in " + options.checkpoints().place() + ", starting anew");
    }
    SparkComputationGraph trainer = new SparkComputationGraph(spark, graph, master());
    if (Double.isFinite(options.safeguards().clipNorm())) {
      trainer.setListeners(new GradientClip(options.safeguards().clipNorm()));
    }
    out.println(setting(iterations, step, epochs, pairs.size()));
    DivergenceCheck divergence =
        new DivergenceCheck(
            spark,
            loader,
            new BatchPlan(pairs.size(), options.crops().batch(), grids.size(), options.seed())
                .next(1)
                .get(0),
            options,
            graph,
            header.map(h -> OptionalInt.of(h.done())).orElse(OptionalInt.empty()));
    TrainingRecord record = new TrainingRecord(folder, new TrainingCurve(spark), board);
    train(trainer, divergence, lock, learning, loader, plan, progress, snapshots, record, identity);
    return Optional.of(
        new TrainResult(progress.done(), plan.epochs(), progress.loss(), snapshots.best()));
  }

  private Optional<StartingPoint> startingPoint(Configuration hadoop) throws IOException {
    if (options.start().from().isEmpty()) {
      return Optional.empty();
    }
    String from = options.start().from().get();
    return Optional.of(StartingPoint.read(hadoop, from, network, options.frozen()));
  }

  private ComputationGraph graph(Optional<StartingPoint> start, SgdSettings learning) {
    ComputationGraph graph =
        Dl4jGraph.create(network, learning, Dl4jGraph.Kernel.GEMM, options.frozen());
    if (start.isPresent()) {
      Dl4jGraph.load(
          network, graph, start.get().over(network, Dl4jGraph.checkpoint(network, graph)));
      out.println(start.get().sentence(network));
    }
    return graph;
  }

  private void goOn(TrainingState state, ComputationGraph graph, Map<String, String> identity) {
    Map<String, String> before = state.header().identity();
    String rate = "--learning-rate";
    state.restore(
        graph, Double.parseDouble(identity.get(rate)) / Double.parseDouble(before.get(rate)));
    List<String> said = new ArrayList<>();
    said.add(String.format("going on after step %d of the checkpoint", state.header().done()));
    said.addAll(TrainingFolder.differences(before, identity, Set.of()));
    out.println(String.join("; ", said));
  }

  private String setting(int iterations, int step, double epochs, int images) {
    int frequency = options.averagingFrequency();
    return String.format(
        Locale.ROOT,
        "workers %d, batch %d, averaging every %d minibatches: effective batch %d%s; %s%d steps, %.1f"
            + " epochs of %d images",
        options.workers(),
        options.crops().batch(),
        frequency,
        step,
        frequency == 1 ? "" : String.format(" (%d crops between averagings)", step * frequency),
        Double.isInfinite(options.schedule().minutes()) ? "" : "at most ",
        iterations,
        epochs,
        images);
  }

  private void train(
      SparkComputationGraph trainer,
      DivergenceCheck divergence,
      TrainLock lock,
      SgdSettings learning,
      BatchLoader loader,
      BatchPlan plan,
      TrainProgress progress,
      Snapshots snapshots,
      TrainingRecord record,
      Map<String, String> identity)
      throws IOException {
    long saved = System.nanoTime();
    while (progress.done() < progress.iterations()) {
      int each = Math.min(options.averagingFrequency(), progress.iterations() - progress.done());
      progress.begin();
      trainer.fitPaths(
          spark.parallelize(plan.next(options.workers() * each), options.workers()), loader);
      ComputationGraph network = trainer.getNetwork();
      int done = progress.done() + each;
      double penalty = Dl4jGraph.penalty(network, options.frozen());
      if (progress.update(done, plan.epochs(), trainer.getScore(), penalty)) {
        Dl4jGraph.setIterations(this.network, network, learning, progress.iterations());
      }
      divergence.afterRound(network, trainer.getScore(), progress);
      progress.print();
      boolean last = done >= progress.iterations();
      boolean save =
          !last && (System.nanoTime() - saved) / 60e9 >= options.checkpoints().everyMinutes();
      boolean snapshot = last || snapshots.due();
      if (save || snapshot) {
        divergence.beforeWriting(network, progress);
        lock.check();
      }
      record.add(progress, snapshot ? snapshots.take(network, progress) : Optional.empty());
      if (save) {
        CheckpointHeader header =
            new CheckpointHeader(
                identity,
                done,
                plan.drawn(),
                progress.seconds(),
                progress.loss(),
                snapshots.best().orElse(Double.NaN));
        record.save(TrainingState.of(header, network));
        divergence.saved(done);
        saved = System.nanoTime();
      }
    }
    record.finish(progress.done(), options.whole(identity));
  }

  private Optional<Validator> validator(SampleReader reader) throws IOException {
    if (options.validation().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Validator(
            spark,
            SamplePair.list(spark.hadoopConfiguration(), options.validation().get()),
            reader,
            out));
  }

  private SgdSettings learning(int iterations) {
    TrainOptions.Schedule schedule = options.schedule();
    return new SgdSettings(
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
