package org.deeplabspark.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/**
 * ONNX Runtime's environment, one a process.
 *
 * <p>When it starts, version 1.29 runs the process's command line through a recursive parser, which
 * overflows a thread's usual stack of 1 MB from about 4,000 characters on and ends the JVM without
 * a message; Spark's executors have longer ones. It is therefore started on a thread whose stack
 * grows with the command line.
 */
final class OnnxRuntime {

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
                environment.complete(OrtEnvironment.getEnvironment());
              } catch (RuntimeException | Error e) { // or join() would wait for ever
                environment.completeExceptionally(e);
              }
            },
            "onnxruntime-start",
            stack)
        .start();
    return environment.join();
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
