package org.deeplabspark.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A main method of the tests in a JVM of its own, with what it printed. */
public record ChildJvm(int exit, String output, String errors) {

  /** Runs the class to its end. */
  public static ChildJvm run(List<String> jvmOptions, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    return run(Map.of(), jvmOptions, main, arguments);
  }

  /** Likewise, with more in its environment. */
  public static ChildJvm run(
      Map<String, String> environment, List<String> jvmOptions, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.add(main.getName());
    command.addAll(List.of(arguments));
    Path errors = Files.createTempFile("child-jvm", ".err");
    try {
      ProcessBuilder java = new ProcessBuilder(command).redirectError(errors.toFile());
      java.environment().putAll(environment);
      java.environment().put("CLASSPATH", System.getProperty("java.class.path"));
      Process process = java.start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return new ChildJvm(process.waitFor(), output, Files.readString(errors));
    } finally {
      Files.delete(errors);
    }
  }
}
