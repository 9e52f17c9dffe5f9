package org.deeplabspark.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * A process that is told to end (TERM, INT, HUP) says so in one line: what Spark logs and throws
 * while it is taken down under the work's feet is no news.
 */
final class Signals {

  /** Before Spark's own hook, which has 40 and stops the context. */
  private static final int FIRST = 100;

  private static volatile boolean done;
  private static volatile boolean told;

  private Signals() {}

  /** From here on until {@link #done}, an end of the process is one from outside. */
  static void watch(String... args) {
    ShutdownHookManager.get()
        .addShutdownHook(() -> end(args.length == 0 ? "" : " " + args[0]), FIRST);
  }

  private static void end(String command) {
    if (done) {
      return;
    }
    told = true;
    Configurator.setAllLevels("", Level.OFF);
    Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {});
    String rest =
        switch (command) {
          case " segment" -> "; the same command goes on from what is there";
          case " train" -> "; with --resume it goes on from the last checkpoint";
          default -> "";
        };
    PrintStream err = System.err;
    // Scala's futures print what they find of the end themselves.
    System.setErr(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    err.println("deeplab" + command + ": ended by a signal" + rest);
  }

  /** The command has ended by itself. */
  static void done() {
    done = true;
  }

  /** Whether the process was told to end, so that failures are only its consequence. */
  static boolean told() {
    return told;
  }
}
