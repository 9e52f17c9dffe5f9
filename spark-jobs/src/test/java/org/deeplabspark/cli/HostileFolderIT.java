package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deeplabspark.testing.Launcher;
import org.deeplabspark.testing.StandaloneCluster;
import org.junit.jupiter.api.AfterAll;

/** The same on a real cluster of processes. */
class HostileFolderIT extends HostileFolderTest {

  private static final String[] BOTH_COMPILERS = {"spark.executor.defaultJavaOptions="};

  private Path logs;
  private StandaloneCluster cluster;

  @Override
  void start(Path place) throws Exception {
    logs = place;
    cluster = new StandaloneCluster(Files.createDirectories(place.resolve("cluster")));
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  @Override
  String said(int exitCode, String... line) throws Exception {
    // A sweep's many CRFs want the second compiler, too.
    String[] both = line[0].equals("sweep-crf") ? BOTH_COMPILERS : new String[0];
    List<String> submitted = cluster.submit("1500m", both);
    submitted.addAll(List.of(line));
    Launcher.Ended ended =
        Launcher.run(Launcher.script(), logs, Map.of(), submitted.toArray(String[]::new));
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(exitCode);
    return ended.out();
  }
}
