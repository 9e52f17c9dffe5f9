package org.deeplabspark.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplabspark.engine.dl4j.Dl4jGraph.Kernel;
import org.deeplabspark.model.Checkpoint;
import org.deeplabspark.network.LayerSpec;
import org.deeplabspark.network.LayerSpec.BatchNorm;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.network.ParameterSpec;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

final class FrozenLayersTest {

  private static final NetworkSpec NETWORK = NetworkSpec.named("compact", 3);
  private static final int SIDE = 32;

  @Test
  void frozenLayersStayAndTheOthersLearn() {
    Set<String> frozen = Set.of("stem1.conv", "stem1.norm", "block4.2.norm", "aspp.rate2");
    ComputationGraph graph = graph(frozen, 5e-4);
    Checkpoint before = Dl4jGraph.checkpoint(NETWORK, graph);
    for (int step = 0; step < 3; step++) {
      graph.fit(batch(step));
    }
    Checkpoint after = Dl4jGraph.checkpoint(NETWORK, graph);
    for (ParameterSpec parameter : NETWORK.parameters()) {
      String name = parameter.name();
      if (frozen.contains(name.substring(0, name.lastIndexOf('.')))) {
        assertThat(after.values(name)).as(name).isEqualTo(before.values(name));
      } else {
        assertThat(after.values(name)).as(name).isNotEqualTo(before.values(name));
      }
    }
  }

  /** Central differences of the loss, where every normalisation keeps its stored statistics. */
  @Test
  void gradientsPassFrozenNormalisationsAsTheLossSays() {
    Set<String> norms =
        NETWORK.layers().stream()
            .filter(BatchNorm.class::isInstance)
            .map(LayerSpec::name)
            .collect(Collectors.toSet());
    ComputationGraph graph = graph(norms, 0);
    spread(graph, norms);
    DataSet batch = batch(7);
    for (String layer : Set.of("stem1.conv", "block2.1.conv", "block4.2.conv")) {
      graph.setInputs(batch.getFeatures());
      graph.setLabels(batch.getLabels());
      graph.setLayerMaskArrays(null, new INDArray[] {batch.getLabelsMaskArray()});
      graph.computeGradientAndScore();
      INDArray gradient = graph.gradient().getGradientFor(layer + "_W").dup('c');
      INDArray weights = graph.getParam(layer + "_W");
      // Along the gradient itself: a sum over all weights, so that rounding averages out.
      // Deeplearning4j's gradient is of the sum over the images, its score of their mean.
      gradient.divi(2);
      double length = gradient.norm2Number().doubleValue();
      INDArray start = weights.dup();
      double step = 2e-3 / length;
      weights.assign(start.add(gradient.mul(step)));
      double above = graph.score(batch, true);
      weights.assign(start.sub(gradient.mul(step)));
      double below = graph.score(batch, true);
      weights.assign(start);
      assertThat((above - below) / (2 * step))
          .as(layer)
          .isCloseTo(length * length, within(0.03 * length * length));
    }
  }

  private static void spread(ComputationGraph graph, Set<String> norms) {
    Random random = new Random(4);
    for (String norm : norms) {
      for (String role : new String[] {"gamma", "var", "mean", "beta"}) {
        INDArray values = graph.getParam(norm + "_" + role);
        boolean about1 = role.equals("gamma") || role.equals("var");
        for (int c = 0; c < values.length(); c++) {
          values.putScalar(c, (about1 ? 1 : 0) + 0.3 * (random.nextDouble() - 0.5));
        }
      }
    }
  }

  private static ComputationGraph graph(Set<String> frozen, double decay) {
    return Dl4jGraph.create(
        NETWORK, new SgdSettings(5, 0.01, 1, 100, 0.9, decay), Kernel.GEMM, frozen);
  }

  private static DataSet batch(long seed) {
    Random random = new Random(seed);
    int cells = SIDE / 8;
    INDArray labels = Nd4j.zeros(2, 3, cells, cells);
    for (int image = 0; image < 2; image++) {
      for (int row = 0; row < cells; row++) {
        for (int column = 0; column < cells; column++) {
          labels.putScalar(new int[] {image, random.nextInt(3), row, column}, 1);
        }
      }
    }
    float[] pixels = new float[2 * 3 * SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    return new DataSet(
        Nd4j.create(pixels, new long[] {2, 3, SIDE, SIDE}, 'c'),
        labels,
        null,
        Nd4j.ones(2, 1, cells, cells).divi(cells * cells));
  }
}
