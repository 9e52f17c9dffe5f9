package org.deeplabspark.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ONNX Runtime's environment, one a process.
 *
 * <p>When it starts, version 1.29 runs the process's command line through a recursive parser, which
 * overflows a thread's usual stack of 1 MB from about 4,000 characters on and ends the JVM without
 * a message; Spark's executors have longer ones. It is therefore started on a thread whose stack
 * grows with the command line.
 *
 * <p>When a process ends, its Java binding frees the environment in a hook of its own, also under
 * inferences that still run: the JVM then dies of a fault in native code. The native environment
 * counts its references, so a second one is taken here, which nobody gives back.
 *
 * @see <a href="https://github.com/microsoft/onnxruntime/issues/31352">OrtEnvironment shutdown hook
 *     can free OrtEnv, microsoft/onnxruntime 31352</a>
 */
final class OnnxRuntime {

  private static final Logger LOG = LoggerFactory.getLogger(OnnxRuntime.class);

  /** About 250 were measured for each character. */
  private static final long STACK_BYTES_PER_CHARACTER = 1024;

  private static final long STACK_BYTES = 1 << 20;

  private OnnxRuntime() {}

  static OrtEnvironment environment() {
    return Holder.ENVIRONMENT;
  }

  /** Apart from {@link #start()}, whose thread would wait for this class's initialiser. */
  private static final class Holder {
    private static final OrtEnvironment ENVIRONMENT = start();
  }

  private static OrtEnvironment start() {
    long stack = STACK_BYTES + STACK_BYTES_PER_CHARACTER * commandLineLength();
    CompletableFuture<OrtEnvironment> environment = new CompletableFuture<>();
    new Thread(
            null,
            () -> {
              try {
                OrtEnvironment started = OrtEnvironment.getEnvironment();
                keepUntilTheProcessIsGone();
                environment.complete(started);
              } catch (RuntimeException | Error e) { // or join() would wait for ever
                environment.completeExceptionally(e);
              }
            },
            "onnxruntime-start",
            stack)
        .start();
    return environment.join();
  }

  /** The binding has no public way to it. */
  private static void keepUntilTheProcessIsGone() {
    try {
      Class<?> binding = Class.forName("ai.onnxruntime.OnnxRuntime");
      Field api = binding.getDeclaredField("ortApiHandle");
      api.setAccessible(true);
      Method reference =
          OrtEnvironment.class.getDeclaredMethod(
              "createHandle", long.class, int.class, String.class);
      reference.setAccessible(true);
      reference.invoke(
          null, api.getLong(null), OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING.getValue(), "kept");
    } catch (ReflectiveOperationException e) {
      LOG.warn("A process that ends while it labels may crash in ONNX Runtime: {}", e.toString());
    }
  }

  private static long commandLineLength() {
    Path commandLine = Path.of("/proc/self/cmdline");
    try {
      // A file of the proc system says that it has no length: it must be read.
      return Files.isReadable(commandLine) ? Files.readAllBytes(commandLine).length : 0;
    } catch (IOException e) {
      return 0; // not Linux as it is known: the usual stack
    }
  }
}
