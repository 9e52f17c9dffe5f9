package org.deeplabspark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.deeplabspark.engine.Dl4jGraph.Kernel;
import org.deeplabspark.model.Checkpoint;
import org.deeplabspark.model.OnnxExport;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.network.ParameterSpec;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** One description, two engines, the same numbers. */
final class EngineParityTest {

  private static final double TOLERANCE = 1e-4;

  @ParameterizedTest(name = "{0} x {1}")
  @CsvSource({"321, 321", "320, 320", "333, 500", "1, 1"})
  void onnxAnswersWhatDeeplearning4jAnswers(int height, int width) throws Exception {
    NetworkSpec network = NetworkSpec.named("compact", 11);
    Checkpoint checkpoint = random(network);
    ComputationGraph graph =
        Dl4jGraph.create(network, new Learning(1, 0.1, 10, 1, 0.9, 0), Kernel.TAPS);
    Dl4jGraph.load(network, graph, checkpoint);
    INDArray image = Nd4j.randn(1, 3, height, width);
    INDArray expected = Dl4jGraph.logits(network, graph, image);
    assertThat(expected.shape())
        .containsExactly(1, 11, network.outputSize(height), network.outputSize(width));

    INDArray actual = run(OnnxExport.write(network, checkpoint), image);
    assertThat(actual.shape()).isEqualTo(expected.shape());
    double range = expected.maxNumber().doubleValue() - expected.minNumber().doubleValue();
    INDArray error = Nd4j.math().abs(actual.sub(expected)).divi(range);
    System.out.printf(
        "compact %d x %d: max error %.1e, mean %.1e of the range%n",
        height, width, error.maxNumber().doubleValue(), error.meanNumber().doubleValue());
    assertThat(error.maxNumber().doubleValue()).isLessThan(TOLERANCE);
  }

  private static INDArray run(byte[] onnx, INDArray image) throws Exception {
    OrtEnvironment environment = OnnxRuntime.environment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session = environment.createSession(onnx, options);
        OnnxTensor input =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(image.data().asFloat()), image.shape());
        OrtSession.Result result = session.run(Map.of(NetworkSpec.INPUT, input))) {
      OnnxTensor logits = (OnnxTensor) result.get("logits").orElseThrow();
      float[] values = new float[logits.getFloatBuffer().remaining()];
      logits.getFloatBuffer().get(values);
      return Nd4j.createFromArray(values).reshape('c', logits.getInfo().getShape());
    }
  }

  /** Weights and statistics as uneven as those of a trained network. */
  private static Checkpoint random(NetworkSpec network) {
    Random random = new Random(11);
    Map<String, float[]> values = new HashMap<>();
    for (ParameterSpec parameter : network.parameters()) {
      float[] array = new float[parameter.length()];
      double deviation = Math.sqrt(2.0 * parameter.shape().get(0) / array.length);
      for (int i = 0; i < array.length; i++) {
        array[i] =
            (float)
                (parameter.name().endsWith("running_var")
                        || parameter.name().endsWith("norm.weight")
                    ? random.nextDouble(0.5, 2)
                    : random.nextGaussian() * (parameter.shape().size() == 4 ? deviation : 0.3));
      }
      values.put(parameter.name(), array);
    }
    return new Checkpoint(network, values);
  }
}
