package org.deeplabspark.engine.dl4j;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Holds the L2 norm of a step's whole gradient to a limit, before weight decay and momentum, as
 * PyTorch's {@code clip_grad_norm_} does: all values are scaled by limit / (norm + 1e-6) where that
 * is below 1. Deeplearning4j's own clipping takes each layer or each parameter by itself.
 *
 * <p>What does not learn does not count: frozen layers, and the statistics of batch normalisations,
 * whose updates travel as gradients.
 */
public final class GradientClip extends BaseTrainingListener implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final double TINY = 1e-6;

  private final double limit;

  /**
   * A listener for the graphs that compute gradients.
   *
   * @param limit largest norm of the gradient of the minibatch's mean loss, above 0
   */
  public GradientClip(double limit) {
    if (!(limit > 0)) {
      throw new IllegalArgumentException("Invalid norm: must be above 0, got " + limit);
    }
    this.limit = limit;
  }

  @Override
  public void onGradientCalculation(Model model) {
    ComputationGraph graph = (ComputationGraph) model;
    List<INDArray> learning = new ArrayList<>();
    double squares = 0;
    for (Map.Entry<String, INDArray> entry : graph.gradient().gradientForVariable().entrySet()) {
      if (learns(graph, entry.getKey())) {
        double norm = entry.getValue().norm2Number().doubleValue();
        squares += norm * norm;
        learning.add(entry.getValue());
      }
    }
    // Deeplearning4j divides by the size of the minibatch only afterwards.
    double factor = limit / (Math.sqrt(squares) / graph.batchSize() + TINY);
    if (!(factor >= 1)) {
      learning.forEach(gradient -> gradient.muli(factor));
    }
  }

  private static boolean learns(ComputationGraph graph, String key) {
    int dash = key.lastIndexOf('_');
    Layer layer = graph.getLayer(key.substring(0, dash));
    IUpdater updater = layer.getConfig().getUpdaterByParam(key.substring(dash + 1));
    return updater.hasLearningRate() && updater.getLearningRate(0, 0) > 0;
  }
}
