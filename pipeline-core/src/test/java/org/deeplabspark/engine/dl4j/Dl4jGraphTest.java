package org.deeplabspark.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.deeplabspark.engine.dl4j.Dl4jGraph.Kernel;
import org.deeplabspark.model.Checkpoint;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.network.ParameterSpec;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Nesterovs;

final class Dl4jGraphTest {

  private static final NetworkSpec NETWORK = NetworkSpec.named("compact", 3);
  private static final SgdSettings SGD = new SgdSettings(5, 0.1, 0.5, 100, 0.9, 5e-4);

  @Test
  void ourConvolutionTravelsWithTheConfiguration() throws Exception {
    ComputationGraphConfiguration sent = graph().getConfiguration();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sent);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertOurs((ComputationGraphConfiguration) in.readObject());
    }
    assertOurs(ComputationGraphConfiguration.fromJson(sent.toJson()));
    assertOurs(sent.clone());
  }

  private static void assertOurs(ComputationGraphConfiguration received) {
    ComputationGraph graph = new ComputationGraph(received);
    graph.init();
    assertThat(graph.getLayer("stem1.conv")).isInstanceOf(AtrousConvolutionLayer.class);
    assertThat(rate(graph, "stem1.conv", 50)).isCloseTo(0.1 * Math.pow(0.5, 0.9), within(1e-9));
  }

  @Test
  void theRateFollowsThePolyPolicyAndClassifiersHaveTheirOwn() {
    ComputationGraph graph = graph();
    assertThat(rate(graph, "stem1.conv", 0)).isEqualTo(0.1);
    assertThat(rate(graph, "aspp.rate2", 0)).isEqualTo(0.05);
    assertThat(rate(graph, "stem1.conv", 99)).isCloseTo(0.1 * Math.pow(0.01, 0.9), within(1e-9));
    assertThat(rate(graph, "stem1.conv", 1000)).isEqualTo(0.001);
    Dl4jGraph.setIterations(NETWORK, graph, SGD, 200);
    assertThat(rate(graph, "aspp.rate2", 100)).isCloseTo(0.05 * Math.pow(0.5, 0.9), within(1e-9));
  }

  private static double rate(ComputationGraph graph, String layer, int iteration) {
    BaseLayer conf = (BaseLayer) graph.getLayer(layer).conf().getLayer();
    return ((Nesterovs) conf.getIUpdater()).getLearningRateSchedule().valueAt(iteration, 0);
  }

  @Test
  void parametersComeBackAsTheyWereLoaded() {
    Checkpoint checkpoint = Dl4jGraph.checkpoint(NETWORK, graph());
    ComputationGraph other =
        Dl4jGraph.create(NETWORK, new SgdSettings(6, 0.1, 1, 1, 0.9, 0), Kernel.STOCK);
    Dl4jGraph.load(NETWORK, other, checkpoint);
    Checkpoint again = Dl4jGraph.checkpoint(NETWORK, other);
    for (ParameterSpec parameter : NETWORK.parameters()) {
      assertThat(again.values(parameter.name()))
          .as(parameter.name())
          .isEqualTo(checkpoint.values(parameter.name()));
    }
  }

  private static ComputationGraph graph() {
    return Dl4jGraph.create(NETWORK, SGD, Kernel.GEMM);
  }
}
