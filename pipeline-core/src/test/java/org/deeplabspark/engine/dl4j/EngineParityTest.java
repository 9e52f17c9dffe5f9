package org.deeplabspark.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.deeplabspark.engine.RandomWeights;
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
    List<INDArray> images = new ArrayList<>();
    for (int[] size : sizes) {
      images.add(Nd4j.randn(1, 3, size[0], size[1]));
    }
    String place = name + " stride " + stride;
    List<INDArray> expected = deeplearning4j(network, checkpoint, images);

    assertClose(place + ", folded", onnx(network, OnnxExport.write(folded), images), expected);
    if (stride == 16) {
      byte[] plain = OnnxExport.write(network, checkpoint);
      assertClose(place + ", not folded", onnx(network, plain, images), expected);
      assertClose(
          place + ", Deeplearning4j folded",
          deeplearning4j(folded.network(), folded.checkpoint(), images),
          expected);
    }
  }

  private static void assertClose(String place, List<INDArray> actual, List<INDArray> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      INDArray wanted = expected.get(i);
      double range = wanted.maxNumber().doubleValue() - wanted.minNumber().doubleValue();
      INDArray error = Nd4j.math().abs(actual.get(i).sub(wanted)).divi(range);
      System.out.printf(
          "%s, size %d: max error %.1e, mean %.1e of the range%n",
          place, i, error.maxNumber().doubleValue(), error.meanNumber().doubleValue());
      assertThat(error.maxNumber().doubleValue()).isLessThan(TOLERANCE);
    }
  }

  /** Logits of every image; the graph is freed, since weights of several would fill the memory. */
  private static List<INDArray> deeplearning4j(
      NetworkSpec network, Checkpoint checkpoint, List<INDArray> images) {
    ComputationGraph graph = Dl4jGraph.forInference(network);
    Dl4jGraph.load(network, graph, checkpoint);
    List<INDArray> logits = new ArrayList<>();
    for (INDArray image : images) {
      INDArray scores = Dl4jGraph.logits(network, graph, image).dup();
      assertThat(scores.shape()).containsExactly(outputShape(network, image));
      logits.add(scores);
    }
    graph.close();
    return logits;
  }

  private static List<INDArray> onnx(NetworkSpec network, byte[] onnx, List<INDArray> images)
      throws Exception {
    List<INDArray> logits = new ArrayList<>();
    try (OnnxRun run = new OnnxRun(onnx)) {
      for (INDArray image : images) {
        int height = (int) image.size(2);
        int width = (int) image.size(3);
        float[] scores = run.scores(network.output(), image.data().asFloat(), height, width);
        logits.add(Nd4j.createFromArray(scores).reshape('c', outputShape(network, image)));
      }
    }
    return logits;
  }

  private static long[] outputShape(NetworkSpec network, INDArray image) {
    return new long[] {
      1,
      network.classes(),
      network.outputSize((int) image.size(2)),
      network.outputSize((int) image.size(3))
    };
  }
}
