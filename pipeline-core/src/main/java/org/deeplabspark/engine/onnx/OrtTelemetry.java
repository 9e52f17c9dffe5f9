package org.deeplabspark.engine.onnx;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps ONNX Runtime 1.29 from reporting to its makers.
 *
 * <p>The published Linux and macOS builds send events over the network as soon as their environment
 * exists, and an executor's machine may be one that must not. The native library looks once for an
 * environment variable that forbids it.
 *
 * @see <a href="https://github.com/microsoft/onnxruntime/pull/27379">Add POSIX telemetry,
 *     microsoft/onnxruntime 27379</a>
 */
final class OrtTelemetry {

  private static final Logger LOG = LoggerFactory.getLogger(OrtTelemetry.class);
  private static final String OFF = "ORT_DISABLE_TELEMETRY";

  /** Java cannot set a variable of its own process. */
  private interface LibC extends Library {
    int setenv(String name, String value, int overwrite);
  }

  private OrtTelemetry() {}

  /** Must come before the first touch of ONNX Runtime's classes. */
  static void off() {
    // Windows' builds report to the system's own tracing and have no such switch.
    if (Platform.isWindows() || System.getenv(OFF) != null) {
      return;
    }
    try {
      Native.loadLibrary("c", LibC.class).setenv(OFF, "1", 1);
    } catch (LinkageError e) {
      LOG.warn("Cannot switch ONNX Runtime's telemetry off ({}); set {}=1", e.getMessage(), OFF);
    }
  }
}
