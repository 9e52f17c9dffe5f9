package org.deeplabspark.crf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM that was started without the vector module works all the same, and says so once. */
class WithoutVectorModuleTest {

  @Test
  void masksAreTheSameAndOneWarningTellsHowToSwitchItOn(@TempDir Path folder) throws Exception {
    assumeThat(KernelChoice.best().vector()).as("vector kernels in this JVM").isTrue();
    Path errors = folder.resolve("errors");
    List<String> masks = new ArrayList<>();
    for (List<String> modules :
        List.of(List.of("--add-modules=jdk.incubator.vector"), List.<String>of())) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(modules);
      command.addAll(List.of("-Xmx512m", MasksOfScenes.class.getName()));
      ProcessBuilder java = new ProcessBuilder(command).redirectError(errors.toFile());
      java.environment().put("CLASSPATH", System.getProperty("java.class.path"));
      Process process = java.start();
      masks.add(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
    }

    assertThat(masks.get(1)).isEqualTo(masks.get(0)).hasLineCount(MasksOfScenes.SCENES);
    assertThat(Files.readAllLines(errors))
        .filteredOn(line -> line.contains(" WARN "))
        .singleElement()
        .asString()
        .contains("start the JVM with --add-modules jdk.incubator.vector");
  }
}
