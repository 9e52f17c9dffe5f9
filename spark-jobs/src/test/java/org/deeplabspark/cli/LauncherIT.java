package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.deeplabspark.testing.Launcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherIT {

  @TempDir Path dir;

  private Launcher.Ended run(Map<String, String> environment, String... arguments)
      throws Exception {
    return Launcher.run(Launcher.script(), dir, environment, arguments);
  }

  @Test
  void runsFromAnywhereAndThroughLinks() throws Exception {
    Path link = Files.createSymbolicLink(dir.resolve("dl"), Launcher.script());
    Path second =
        Files.createSymbolicLink(
            Files.createDirectory(dir.resolve("a b")).resolve("dl 2"), Path.of("../dl"));
    assertThat(link).isSymbolicLink();
    Launcher.Ended ended = Launcher.run(second, dir, Map.of(), "--version");
    assertThat(ended.exitCode()).isZero();
    assertThat(ended.out()).contains("deeplab-spark 0.", "Spark 3.5");
  }

  @Test
  void exitCodeAndTheOneLineComeThrough() throws Exception {
    Launcher.Ended ended =
        run(
            Map.of(),
            "segment",
            "--model",
            "m",
            "--input",
            "i",
            "--output",
            "o",
            "--set",
            "crf.iteration=3");
    assertThat(ended.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(ended.err()).contains("did you mean crf.iterations?");
    assertThat(dir.resolve("o")).doesNotExist();
  }

  @Test
  void argumentsArriveAsTheyAreAlsoInThePosixLocale() throws Exception {
    String name = "a b, #1 %41 照片 'q\" $HOME *";
    for (String[] submit : new String[][] {{}, {"--master", "local[1]", "--"}}) {
      String[] arguments = java.util.Arrays.copyOf(submit, submit.length + 7);
      System.arraycopy(
          new String[] {"evaluate", "--predictions", name, "--truth", "t", "--output", "o"},
          0,
          arguments,
          submit.length,
          7);
      Launcher.Ended ended = run(Map.of("LC_ALL", "C", "LANG", "C"), arguments);
      assertThat(ended.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(ended.err()).contains("--predictions: no such directory: " + name);
    }
  }

  @Test
  void settingsOfSparkSubmitArrive() throws Exception {
    Launcher.Ended ended =
        run(
            Map.of(),
            "--master",
            "local[1]",
            "--conf",
            "spark.deeplab.crf.iterations=many",
            "--",
            "evaluate",
            "--predictions",
            "p",
            "--truth",
            "t",
            "--output",
            "o");
    assertThat(ended.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(ended.err())
        .contains("crf.iterations", "--conf spark.deeplab.crf.iterations", "many");
  }

  @Test
  void masterThatIsNoneIsSaidInOneLine() throws Exception {
    for (String[] submit :
        new String[][] {
          {"--master", "foo", "--"}, {"--master=foo", "--"}, {"--conf", "spark.master=foo", "--"}
        }) {
      String[] line = java.util.Arrays.copyOf(submit, submit.length + 1);
      line[submit.length] = "plan";
      Launcher.Ended ended = run(Map.of(), line);
      assertThat(ended.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(ended.err()).hasLineCount(1).contains("--master", "spark://host:7077", "got foo");
    }
  }

  @Test
  void settingsThatSparkRefusesAreSaidAsItSaysThem() throws Exception {
    Launcher.Ended ended =
        run(Map.of("DEEPLAB_JAVA_OPTS", "-Xmx100m"), "demo", "--output", "" + dir.resolve("d"));
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(ExitCode.USAGE);
    assertThat(
            ended.err().strip().lines().toList().get((int) ended.err().strip().lines().count() - 1))
        .contains("Invalid Spark settings: [INVALID_DRIVER_MEMORY] System memory");
  }

  /** Where no SPARK_HOME is set, the launcher's own JVM is the driver. */
  @Test
  void javaOptionsOfTheDriverReachIt() throws Exception {
    for (String[] submit :
        new String[][] {
          {"--driver-java-options", "-Dx=y -XX:MaxHeapSize=100m"},
          {"--conf", "spark.driver.extraJavaOptions=-XX:MaxHeapSize=100m"}
        }) {
      Launcher.Ended ended =
          run(
              Map.of(),
              "--master",
              "local[1]",
              submit[0],
              submit[1],
              "--",
              "demo",
              "--output",
              "" + dir.resolve("d"));
      assertThat(ended.exitCode()).as(ended.err()).isEqualTo(ExitCode.USAGE);
      assertThat(ended.err()).contains("[INVALID_DRIVER_MEMORY] System memory");
    }
  }

  @Test
  void missingJavaIsSaidInOneLine() throws Exception {
    Launcher.Ended ended = run(Map.of("JAVA_HOME", "/nonexistent"), "--version");
    assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(ended.err()).hasLineCount(1).contains("JDK 17", "/nonexistent");
  }
}
