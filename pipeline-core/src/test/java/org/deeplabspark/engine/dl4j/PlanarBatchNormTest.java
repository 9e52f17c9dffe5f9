package org.deeplabspark.engine.dl4j;

import static org.deeplabspark.engine.dl4j.GraphComparison.assertClose;
import static org.deeplabspark.engine.dl4j.GraphComparison.gradient;

import java.util.List;
import org.deeplabspark.engine.dl4j.Dl4jGraph.Kernel;
import org.deeplabspark.network.LayerSpec.BatchNorm;
import org.deeplabspark.network.LayerSpec.Convolution;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.tensor.AlignCorners;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Our batch normalisation against Deeplearning4j's own, which sums single-precision numbers: 1e-4
 * of the largest value allows for their rounding.
 */
final class PlanarBatchNormTest {

  private static final double TOLERANCE = 1e-4;

  @ParameterizedTest(name = "{0} images of {1} x {2}")
  @CsvSource({"1, 5, 7", "3, 8, 8", "2, 17, 31", "4, 1, 2"})
  void valuesGradientsAndStatisticsAreThoseOfDeeplearning4j(int images, int height, int width) {
    NetworkSpec network =
        new NetworkSpec(
            "normed",
            3,
            1,
            AlignCorners.NO,
            List.of(
                new Convolution("first", NetworkSpec.INPUT, 3, 6, 3, 1, 1, 1, false, false),
                new BatchNorm("norm", "first", 6, 1e-5),
                new Convolution("second", "norm", 6, 3, 1, 1, 0, 1, true, true)));
    SgdSettings sgd = new SgdSettings(3, 0.1, 1, 10, 0.9, 0);
    ComputationGraph ours = Dl4jGraph.create(network, sgd, Kernel.GEMM);
    ComputationGraph stock = Dl4jGraph.create(network, sgd, Kernel.STOCK);
    Dl4jGraph.load(network, ours, Dl4jGraph.checkpoint(network, stock));
    INDArray input = Nd4j.randn(images, 3, height, width).addi(2);
    INDArray labels = Nd4j.rand(images, 3, height, width);

    for (int step = 0; step < 3; step++) {
      assertClose(gradient(ours, input, labels), gradient(stock, input, labels), TOLERANCE);
      ours.fit(new DataSet(input, labels));
      stock.fit(new DataSet(input, labels));
      assertClose(ours.params(), stock.params(), TOLERANCE);
    }
    assertClose(
        Dl4jGraph.logits(network, ours, input), Dl4jGraph.logits(network, stock, input), TOLERANCE);
  }
}
