package org.deeplabspark.engine.dl4j;

import static org.deeplabspark.engine.dl4j.GraphComparison.assertClose;
import static org.deeplabspark.engine.dl4j.GraphComparison.gradient;

import java.util.List;
import org.deeplabspark.engine.dl4j.Dl4jGraph.Kernel;
import org.deeplabspark.network.LayerSpec.Convolution;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.tensor.AlignCorners;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Our convolution against Deeplearning4j's own. Sums of a few hundred products in another order:
 * 1e-5 of the largest value allows for their rounding.
 */
final class AtrousConvolutionTest {

  private static final double TOLERANCE = 1e-5;

  @ParameterizedTest(name = "kernel {0} stride {1} pad {2} rate {3} on {4} x {5}")
  @CsvSource({
    "1, 1, 0, 1, 9, 7",
    "3, 1, 1, 1, 9, 7",
    "3, 1, 2, 2, 9, 8",
    "3, 1, 12, 12, 5, 6",
    "3, 2, 1, 1, 9, 8",
    "3, 2, 1, 1, 10, 7",
    "3, 3, 2, 2, 11, 10",
    "7, 2, 3, 1, 15, 12",
    "1, 2, 0, 1, 9, 8",
    "2, 2, 0, 1, 2, 3",
  })
  void valuesAndGradientsAreThoseOfDeeplearning4j(
      int kernel, int stride, int pad, int rate, int height, int width) {
    int classes = 4;
    NetworkSpec network =
        new NetworkSpec(
            "two",
            classes,
            stride,
            AlignCorners.NO,
            List.of(
                new Convolution("first", NetworkSpec.INPUT, 3, 5, 3, 1, 1, 1, false, false),
                new Convolution(
                    "second", "first", 5, classes, kernel, stride, pad, rate, true, true)));
    SgdSettings sgd = new SgdSettings(3, 0.1, 1, 10, 0.9, 0);
    ComputationGraph ours = Dl4jGraph.create(network, sgd, Kernel.GEMM);
    ComputationGraph stock = Dl4jGraph.create(network, sgd, Kernel.STOCK);
    Dl4jGraph.load(network, ours, Dl4jGraph.checkpoint(network, stock));
    int images = 2;
    INDArray input = Nd4j.randn(images, 3, height, width);
    INDArray out = Dl4jGraph.logits(network, stock, input);
    assertClose(Dl4jGraph.logits(network, ours, input), out, TOLERANCE);

    INDArray labels = Nd4j.rand(out.shape());
    assertClose(gradient(ours, input, labels), gradient(stock, input, labels), TOLERANCE);
  }
}
