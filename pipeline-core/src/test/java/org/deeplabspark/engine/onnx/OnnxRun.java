package org.deeplabspark.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Map;
import org.deeplabspark.network.NetworkSpec;

/** An ONNX file that is run on bare tensors. */
public final class OnnxRun implements AutoCloseable {

  private final OrtSession session;

  /** Opens a session with ONNX Runtime's own settings. */
  public OnnxRun(byte[] onnx) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      session = OnnxRuntime.environment().createSession(onnx, options);
    }
  }

  /** The named output for an input [1][3][height][width]. */
  public float[] scores(String output, float[] image, int height, int width) throws OrtException {
    try (OnnxTensor input =
            OnnxTensor.createTensor(
                OnnxRuntime.environment(),
                FloatBuffer.wrap(image),
                new long[] {1, 3, height, width});
        OrtSession.Result result = session.run(Map.of(NetworkSpec.INPUT, input))) {
      FloatBuffer scores = ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
      float[] values = new float[scores.remaining()];
      scores.get(values);
      return values;
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
