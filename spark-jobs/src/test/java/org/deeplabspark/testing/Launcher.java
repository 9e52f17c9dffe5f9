package org.deeplabspark.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs {@code scripts/deeplab} as people do. */
public final class Launcher {

  /**
   * Of a JVM that lives for seconds: what the second compiler would make better comes too late. The
   * CRF's vector kernels are slow without it.
   */
  public static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

  private static final long PATIENCE_MINUTES = 5;

  /**
   * How a launch ended.
   *
   * @param exitCode of the process
   * @param out what it wrote to standard output
   * @param err what it wrote to standard error
   */
  public record Ended(int exitCode, String out, String err) {}

  /**
   * A launch that has not ended yet.
   *
   * @param process of the command itself: the script gives way to it
   * @param log what it writes to standard error
   */
  public record Running(Process process, Path log) {

    /** What it has written to standard error so far. */
    public String err() {
      try {
        return Files.readString(log, StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  private Launcher() {}

  /** The script. */
  public static Path script() {
    return SharedData.root().resolve("scripts/deeplab").toAbsolutePath().normalize();
  }

  /**
   * Runs it to its end.
   *
   * @param script the script or a link to it
   * @param directory to run in; logs are kept there
   * @param environment added to that of this process
   */
  public static Ended run(
      Path script, Path directory, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(directory, "out", ".log");
    Running running = start(script, directory, environment, out, arguments);
    Process process = running.process();
    if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new IllegalStateException(
          "Still running: " + List.of(arguments) + "; logs in " + directory);
    }
    return new Ended(
        process.exitValue(), Files.readString(out, StandardCharsets.UTF_8), running.err());
  }

  /** Starts it and does not wait. */
  public static Running start(
      Path script, Path directory, Map<String, String> environment, String... arguments)
      throws IOException {
    Path out = Files.createTempFile(directory, "out", ".log");
    return start(script, directory, environment, out, arguments);
  }

  private static Running start(
      Path script, Path directory, Map<String, String> environment, Path out, String... arguments)
      throws IOException {
    List<String> line = new ArrayList<>(List.of(script.toString()));
    line.addAll(List.of(arguments));
    Path err = Files.createTempFile(directory, "err", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().remove("SPARK_HOME");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("DEEPLAB_JAVA_OPTS", SHORT_LIVED);
    builder.environment().putAll(environment);
    return new Running(builder.start(), err);
  }
}
