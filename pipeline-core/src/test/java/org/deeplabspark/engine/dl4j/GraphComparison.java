package org.deeplabspark.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What our layers and Deeplearning4j's own are compared by. */
final class GraphComparison {

  private GraphComparison() {}

  /** All parameters' gradients on a minibatch. */
  static INDArray gradient(ComputationGraph graph, INDArray input, INDArray labels) {
    graph.setInputs(input);
    graph.setLabels(labels);
    graph.computeGradientAndScore();
    return graph.gradient().gradient();
  }

  /** Asserts equal shapes, and differences below a share of the largest expected value. */
  static void assertClose(INDArray actual, INDArray expected, double tolerance) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    double scale = expected.amaxNumber().doubleValue();
    assertThat(actual.sub(expected).amaxNumber().doubleValue()).isLessThan(tolerance * scale);
  }
}
