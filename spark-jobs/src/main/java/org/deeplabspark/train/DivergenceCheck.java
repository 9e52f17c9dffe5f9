package org.deeplabspark.train;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Tells a training that has diverged from one that learns, before a model or a checkpoint is
 * written. A step at an absurd rate leaves finite weights at first, and the loss that it is
 * reported with is that before it. Diverged is a training
 *
 * <ul>
 *   <li>whose loss, weights or momentum are no finite numbers,
 *   <li>whose learnt parameters have ten times the L2 norm that they began with: in one that learns
 *       the norm hardly changes,
 *   <li>whose loss on a minibatch is ten times that of the start or of a uniform answer, whichever
 *       is larger.
 * </ul>
 */
final class DivergenceCheck {

  private static final double WORSE = 10;
  private static final double LEAST = 2;
  private static final MathContext RATE_DIGITS = new MathContext(4);

  private static final Set<String> STATISTICS =
      Set.of(
          BatchNormalizationParamInitializer.GLOBAL_MEAN,
          BatchNormalizationParamInitializer.GLOBAL_VAR);

  private final JavaSparkContext spark;
  private final BatchLoader loader;
  private final String minibatch;
  private final TrainOptions options;
  private final double lossLimit;
  private final double normAtStart;
  private OptionalInt checkpoint;

  /**
   * Measures where a training begins.
   *
   * @param minibatch that losses are measured on
   * @param start the graph before its next step
   * @param checkpoint step of the checkpoint on disk, if there is one
   * @throws ArithmeticException if the start has no finite loss
   */
  DivergenceCheck(
      JavaSparkContext spark,
      BatchLoader loader,
      String minibatch,
      TrainOptions options,
      ComputationGraph start,
      OptionalInt checkpoint) {
    this.spark = spark;
    this.loader = loader;
    this.minibatch = minibatch;
    this.options = options;
    this.checkpoint = checkpoint;
    double loss = loss(start);
    if (!Double.isFinite(loss)) {
      throw new ArithmeticException(
          "The weights that the training begins with have a loss of " + loss + " on its images");
    }
    double uniform = Math.log(options.classes().size());
    this.normAtStart = norm(start);
    this.lossLimit = WORSE * Math.max(LEAST, Math.max(uniform, loss));
  }

  /** Notes that there is a checkpoint of a step. */
  void saved(int step) {
    checkpoint = OptionalInt.of(step);
  }

  /**
   * Looks at what a round of minibatches came to; costs next to nothing.
   *
   * @throws ArithmeticException if the training has diverged
   */
  void afterRound(ComputationGraph graph, double loss, TrainProgress progress) {
    require(Double.isFinite(loss), "loss " + loss, progress);
    requireFinite(graph.params(), "weights", progress);
    double growth = norm(graph) / normAtStart;
    require(
        growth <= WORSE,
        String.format(Locale.ROOT, "weights %.3g times as large as at the start", growth),
        progress);
  }

  /**
   * Looks at weights that are to be kept: a task computes their loss.
   *
   * @throws ArithmeticException if the training has diverged
   */
  void beforeWriting(ComputationGraph graph, TrainProgress progress) {
    requireFinite(graph.getUpdater().getStateViewArray(), "momentum", progress);
    double loss = loss(graph);
    require(loss <= lossLimit, String.format(Locale.ROOT, "loss %.4g after it", loss), progress);
  }

  private void requireFinite(INDArray values, String name, TrainProgress progress) {
    // A value that is no number spoils the sum.
    boolean finite = Double.isFinite(values.sumNumber().doubleValue());
    require(finite, name + " that are no finite numbers", progress);
  }

  private void require(boolean holds, String found, TrainProgress progress) {
    if (holds) {
      return;
    }
    throw new ArithmeticException(
        String.format(
            Locale.ROOT,
            "Training diverged by step %d of %d at a learning rate of %s (%s): %s with a lower"
                + " --learning-rate, or with --clip-norm; the model in %s stays as it was",
            progress.done(),
            progress.iterations(),
            new BigDecimal(progress.rate()).round(RATE_DIGITS).stripTrailingZeros().toPlainString(),
            found,
            checkpoint.isPresent()
                ? "go on from the checkpoint of step " + checkpoint.getAsInt() + " by --resume"
                : "there was no checkpoint yet, begin anew",
            options.output()));
  }

  /** Of what learns; the statistics of batch normalisations are the images'. */
  private static double norm(ComputationGraph graph) {
    double squares = 0;
    for (Map.Entry<String, INDArray> parameter : graph.paramTable().entrySet()) {
      String role = parameter.getKey().substring(parameter.getKey().lastIndexOf('_') + 1);
      if (!STATISTICS.contains(role)) {
        squares += Math.pow(parameter.getValue().norm2Number().doubleValue(), 2);
      }
    }
    return Math.sqrt(squares);
  }

  /** Cross-entropy of the minibatch, normalised by its own statistics as in a step. */
  private double loss(ComputationGraph graph) {
    Broadcast<float[]> weights = spark.broadcast(graph.params().dup('c').data().asFloat());
    String layers = graph.getConfiguration().toJson();
    BatchLoader batches = loader;
    try {
      return spark
          .parallelize(List.of(minibatch), 1)
          .map(text -> loss(layers, weights.value(), batches, text))
          .first();
    } finally {
      weights.destroy();
    }
  }

  private static double loss(String layers, float[] weights, BatchLoader batches, String text)
      throws IOException {
    ComputationGraph graph = new ComputationGraph(ComputationGraphConfiguration.fromJson(layers));
    graph.init(Nd4j.createFromArray(weights).reshape(1, weights.length), false);
    return graph.score(batches.load(text), true);
  }
}
