package org.deeplabspark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.deeplabspark.engine.Dl4jGraph.Kernel;
import org.deeplabspark.model.Checkpoint;
import org.deeplabspark.model.FoldedNetwork;
import org.deeplabspark.model.OnnxExport;
import org.deeplabspark.network.NetworkSpec;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** One description, two engines, the same numbers. */
final class EngineParityTest {

  private static final double TOLERANCE = 1e-4;

  static List<Arguments> networksAndSizes() {
    int[][] sizes = {{321, 321}, {320, 320}, {333, 500}};
    List<Arguments> cases = new ArrayList<>();
    for (String name : NetworkSpec.names()) {
      for (int[] size : sizes) {
        cases.add(Arguments.of(name, 8, size[0], size[1]));
      }
      cases.add(Arguments.of(name, 16, 97, 64));
    }
    cases.add(Arguments.of("compact", 8, 1, 1));
    return cases;
  }

  @ParameterizedTest(name = "{0}, stride {1}, {2} x {3}")
  @MethodSource("networksAndSizes")
  void onnxAnswersWhatDeeplearning4jAnswers(String name, int stride, int height, int width)
      throws Exception {
    NetworkSpec network = NetworkSpec.named(name, 11, stride);
    Checkpoint checkpoint = RandomWeights.of(network);
    ComputationGraph graph =
        Dl4jGraph.create(network, new Learning(1, 0.1, 10, 1, 0.9, 0), Kernel.TAPS);
    Dl4jGraph.load(network, graph, checkpoint);
    INDArray image = Nd4j.randn(1, 3, height, width);
    INDArray expected = Dl4jGraph.logits(network, graph, image);
    assertThat(expected.shape())
        .containsExactly(1, 11, network.outputSize(height), network.outputSize(width));

    String place = String.format("%s stride %d, %d x %d", name, stride, height, width);
    byte[] folded = OnnxExport.write(FoldedNetwork.of(network, checkpoint));
    assertClose(place + ", folded", run(network, folded, image), expected);
    if (stride == 16) {
      byte[] plain = OnnxExport.write(network, checkpoint);
      assertClose(place + ", not folded", run(network, plain, image), expected);
    }
  }

  private static void assertClose(String place, INDArray actual, INDArray expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    double range = expected.maxNumber().doubleValue() - expected.minNumber().doubleValue();
    INDArray error = Nd4j.math().abs(actual.sub(expected)).divi(range);
    System.out.printf(
        "%s: max error %.1e, mean %.1e of the range%n",
        place, error.maxNumber().doubleValue(), error.meanNumber().doubleValue());
    assertThat(error.maxNumber().doubleValue()).isLessThan(TOLERANCE);
  }

  private static INDArray run(NetworkSpec network, byte[] onnx, INDArray image) throws Exception {
    int height = (int) image.size(2);
    int width = (int) image.size(3);
    float[] scores = OnnxRun.scores(onnx, network.output(), image.data().asFloat(), height, width);
    return Nd4j.createFromArray(scores)
        .reshape('c', 1, network.classes(), network.outputSize(height), network.outputSize(width));
  }
}
