package org.deeplabspark.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Set;
import org.deeplabspark.engine.dl4j.Dl4jGraph.Kernel;
import org.deeplabspark.model.Checkpoint;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.network.ParameterSpec;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

final class GradientClipTest {

  private static final NetworkSpec NETWORK = NetworkSpec.named("compact", 3);
  private static final float RATE = 0.5f;
  private static final Set<String> FROZEN = Set.of("stem1.conv", "stem1.norm");

  /** A graph whose step is the rate times the gradient. */
  private static ComputationGraph graph() {
    return Dl4jGraph.create(NETWORK, new SgdSettings(5, RATE, 1, 100, 0, 0), Kernel.GEMM, FROZEN);
  }

  static DataSet minibatch() {
    int batch = 2;
    INDArray labels = Nd4j.zeros(batch, 3, 4, 4);
    for (int i = 0; i < batch * 16; i++) {
      labels.putScalar(new int[] {i / 16, i % 3, i / 4 % 4, i % 4}, 1);
    }
    int values = batch * 3 * 32 * 32;
    INDArray images =
        Transforms.sin(Nd4j.linspace(0, values, values, DataType.FLOAT)).reshape(batch, 3, 32, 32);
    return new DataSet(images, labels, null, Nd4j.ones(batch, 1, 4, 4).div(16));
  }

  private static Checkpoint afterOneStep(double limit) {
    ComputationGraph graph = graph();
    if (limit > 0) {
      graph.setListeners(new GradientClip(limit));
    }
    graph.fit(minibatch());
    return Dl4jGraph.checkpoint(NETWORK, graph);
  }

  private static boolean learns(ParameterSpec parameter) {
    String name = parameter.name();
    return !name.contains(".running_")
        && FROZEN.stream().noneMatch(layer -> name.startsWith(layer + "."));
  }

  @Test
  void aStepIsScaledAsAWholeToTheNormThatIsLeft() {
    Checkpoint start = Dl4jGraph.checkpoint(NETWORK, graph());
    Checkpoint free = afterOneStep(0);
    double squares = 0;
    for (ParameterSpec parameter : NETWORK.parameters()) {
      float[] before = start.values(parameter.name());
      float[] after = free.values(parameter.name());
      for (int i = 0; learns(parameter) && i < before.length; i++) {
        double gradient = (before[i] - after[i]) / (double) RATE;
        squares += gradient * gradient;
      }
    }
    double norm = Math.sqrt(squares);
    double limit = norm / 3;
    Checkpoint clipped = afterOneStep(limit);
    for (ParameterSpec parameter : NETWORK.parameters()) {
      double factor = learns(parameter) ? limit / (norm + 1e-6) : 1;
      float[] before = start.values(parameter.name());
      float[] unclipped = free.values(parameter.name());
      float[] after = clipped.values(parameter.name());
      for (int i = 0; i < before.length; i++) {
        assertThat((double) after[i])
            .as(parameter.name())
            .isCloseTo(before[i] + factor * (unclipped[i] - before[i]), within(2e-6));
      }
    }
    assertThat(clipped.values("stem2.norm.running_mean"))
        .as("statistics are no gradients")
        .isEqualTo(free.values("stem2.norm.running_mean"))
        .isNotEqualTo(start.values("stem2.norm.running_mean"));
  }

  @Test
  void aGradientWithinTheLimitStaysAsItIs() {
    Checkpoint free = afterOneStep(0);
    Checkpoint clipped = afterOneStep(1e6);
    for (ParameterSpec parameter : NETWORK.parameters()) {
      assertThat(clipped.values(parameter.name())).isEqualTo(free.values(parameter.name()));
    }
  }

  @Test
  void aLimitIsAboveZero() {
    assertThatThrownBy(() -> new GradientClip(0))
        .hasMessage("Invalid norm: must be above 0, got 0.0");
  }
}
