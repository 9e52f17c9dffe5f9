package org.deeplabspark.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Set;
import org.deeplabspark.engine.dl4j.Dl4jGraph.Kernel;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.network.ParameterSpec;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

final class CrossEntropyTest {

  private static final float[][] LOGITS = {{1, 2, 0.5f}, {-3, 0, 7}, {400, -200, 0}, {0, 0, 0}};
  private static final int[] TRUTH = {1, 0, 1, 2};
  private static final float[] WEIGHTS = {0.5f, 2, 1, 0};

  @Test
  void itIsTheWeightedSumOfWhatTheDefinitionGivesHoweverWrongAPositionIs() {
    INDArray labels = Nd4j.zeros(4, 3);
    double expected = 0;
    for (int i = 0; i < TRUTH.length; i++) {
      labels.putScalar(i, TRUTH[i], 1);
      double most = Math.max(LOGITS[i][0], Math.max(LOGITS[i][1], LOGITS[i][2]));
      double sum = 0;
      for (float logit : LOGITS[i]) {
        sum += Math.exp(logit - most);
      }
      expected += WEIGHTS[i] * (most + Math.log(sum) - LOGITS[i][TRUTH[i]]);
    }
    INDArray weights = Nd4j.createFromArray(WEIGHTS).reshape(4, 1);
    INDArray logits = Nd4j.createFromArray(LOGITS);
    double score =
        new CrossEntropy()
            .computeScore(
                labels, logits, Activation.SOFTMAX.getActivationFunction(), weights, false);

    assertThat(expected).isGreaterThan(600);
    assertThat(score).isCloseTo(expected, within(1e-6 * expected));
    assertThat(logits).as("stays").isEqualTo(Nd4j.createFromArray(LOGITS));
  }

  @Test
  void theScoreOfAGraphHasNoPenaltyAndItsStepStillDecays() {
    NetworkSpec network = NetworkSpec.named("compact", 3);
    SgdSettings free = new SgdSettings(5, 0.1, 1, 10, 0, 0);
    SgdSettings decaying = new SgdSettings(5, 0.1, 1, 10, 0, 0.5);
    ComputationGraph first = Dl4jGraph.create(network, free, Kernel.GEMM);
    ComputationGraph second = Dl4jGraph.create(network, decaying, Kernel.GEMM);
    INDArray before = first.getParam("stem1.conv_W").dup();
    first.fit(GradientClipTest.minibatch());
    second.fit(GradientClipTest.minibatch());

    assertThat(second.score()).isEqualTo(first.score()).isBetween(0.5, 5.0);
    INDArray decay = first.getParam("stem1.conv_W").sub(second.getParam("stem1.conv_W"));
    assertThat(decay.distance2(before.mul(0.05))).isLessThan(1e-5);
  }

  @Test
  void thePenaltyIsHalfTheDecayTimesTheSquaresOfTheWeightsThatLearn() {
    NetworkSpec network = NetworkSpec.named("compact", 3);
    ComputationGraph graph =
        Dl4jGraph.create(network, new SgdSettings(5, 0.1, 1, 10, 0, 0.5), Kernel.GEMM);
    double squares = 0;
    for (ParameterSpec parameter : network.parameters()) {
      boolean decays = parameter.shape().size() == 4 && !parameter.name().startsWith("stem1.conv.");
      for (float value : Dl4jGraph.checkpoint(network, graph).values(parameter.name())) {
        squares += decays ? value * value : 0;
      }
    }
    assertThat(Dl4jGraph.penalty(graph, Set.of("stem1.conv")))
        .isCloseTo(0.25 * squares, within(1e-5 * squares));
  }
}
