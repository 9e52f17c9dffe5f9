package org.deeplabspark.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.deeplabspark.engine.RandomWeights;
import org.deeplabspark.engine.dl4j.Dl4jGraph.Kernel;
import org.deeplabspark.engine.onnx.OnnxRun;
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

  /**
   * Divided by 32, the sides leave 1, 0, 13 and 20: strides and poolings meet whole windows and cut
   * ones. Score maps of 27 rows or columns hold real values under the outer taps of rate 24, the
   * widest, down and across.
   */
  private static final int[][] SIZES_AT_STRIDE_8 = {{65, 65}, {64, 64}, {45, 212}, {212, 45}};

  private static final int[][] SIZES_AT_STRIDE_16 = {{97, 64}};

  static List<Arguments> networks() {
    List<Arguments> cases = new ArrayList<>();
    for (String name : NetworkSpec.names()) {
      cases.add(Arguments.of(name, 8, SIZES_AT_STRIDE_8));
      cases.add(Arguments.of(name, 16, SIZES_AT_STRIDE_16));
    }
    cases.add(Arguments.of("compact", 8, new int[][] {{1, 1}}));
    return cases;
  }

  @ParameterizedTest(name = "{0}, stride {1}")
  @MethodSource("networks")
  void onnxAnswersWhatDeeplearning4jAnswers(String name, int stride, int[][] sizes)
      throws Exception {
    NetworkSpec network = NetworkSpec.named(name, 11, stride);
    Checkpoint checkpoint = RandomWeights.of(network);
    FoldedNetwork folded = FoldedNetwork.of(network, checkpoint);
    ComputationGraph graph = Dl4jGraph.create(network, Dl4jGraph.UNTRAINED, Kernel.GEMM);
    Dl4jGraph.load(network, graph, checkpoint);
    try (OnnxRun onnx = new OnnxRun(OnnxExport.write(folded))) {
      for (int[] size : sizes) {
        INDArray image = Nd4j.randn(1, 3, size[0], size[1]);
        INDArray expected = Dl4jGraph.logits(network, graph, image);
        assertThat(expected.shape())
            .containsExactly(1, 11, network.outputSize(size[0]), network.outputSize(size[1]));

        String place = String.format("%s stride %d, %d x %d", name, stride, size[0], size[1]);
        assertClose(place + ", folded", run(network, onnx, image), expected);
        if (stride == 16) {
          try (OnnxRun plain = new OnnxRun(OnnxExport.write(network, checkpoint))) {
            assertClose(place + ", not folded", run(network, plain, image), expected);
          }
          assertClose(place + ", Deeplearning4j folded", run(folded, image), expected);
        }
      }
    } finally {
      graph.close();
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

  private static INDArray run(NetworkSpec network, OnnxRun onnx, INDArray image) throws Exception {
    int height = (int) image.size(2);
    int width = (int) image.size(3);
    float[] scores = onnx.scores(network.output(), image.data().asFloat(), height, width);
    return Nd4j.createFromArray(scores)
        .reshape('c', 1, network.classes(), network.outputSize(height), network.outputSize(width));
  }

  private static INDArray run(FoldedNetwork folded, INDArray image) {
    ComputationGraph graph = Dl4jGraph.forInference(folded.network());
    Dl4jGraph.load(folded.network(), graph, folded.checkpoint());
    INDArray scores = graph.output(false, image)[0].dup();
    graph.close();
    return scores;
  }
}
