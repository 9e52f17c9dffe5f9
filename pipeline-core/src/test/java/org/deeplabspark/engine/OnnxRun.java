package org.deeplabspark.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Map;
import org.deeplabspark.network.NetworkSpec;

/** One run of an ONNX file on a bare tensor. */
final class OnnxRun {

  private OnnxRun() {}

  /** The named output for an input [1][3][height][width]. */
  static float[] scores(byte[] onnx, String output, float[] image, int height, int width)
      throws Exception {
    OrtEnvironment environment = OnnxRuntime.environment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session = environment.createSession(onnx, options);
        OnnxTensor input =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(image), new long[] {1, 3, height, width});
        OrtSession.Result result = session.run(Map.of(NetworkSpec.INPUT, input))) {
      FloatBuffer scores = ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
      float[] values = new float[scores.remaining()];
      scores.get(values);
      return values;
    }
  }
}
