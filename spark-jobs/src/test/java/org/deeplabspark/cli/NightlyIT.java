package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.deeplabspark.testing.Launcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
class NightlyIT {

  private static final int STILL_AT_WORK = 75;
  private static final long LOOK_MILLIS = 50;

  @TempDir Path dir;

  private Launcher.Ended run(String... arguments) throws Exception {
    return Launcher.run(Launcher.script().resolveSibling("nightly"), dir, Map.of(), arguments);
  }

  @Test
  void exitCodeComesThroughAndTheLogHoldsWhatWasSaid() throws Exception {
    Launcher.Ended good = run("--log", dir.resolve("log").toString(), "--", "--version");
    assertThat(good.exitCode()).as(good.out()).isZero();
    assertThat(good.out()).isEmpty();
    assertThat(dir.resolve("log/latest.log")).content().contains("deeplab-spark", "exit code 0");

    Launcher.Ended wrong =
        run("--log", dir.resolve("log").toString(), "--", "segment", "--no-such-option");
    assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(wrong.out()).contains("exit code 2, log", "--no-such-option");
  }

  @Test
  void secondOfTwoSaysSoAndDoesNothing() throws Exception {
    Path log = Files.createDirectories(dir.resolve("log"));
    Process holder =
        new ProcessBuilder("flock", log.resolve("nightly.lock").toString(), "cat").start();
    try {
      boolean held = false;
      while (!held) {
        held = isHeld(log.resolve("nightly.lock"));
      }
      Launcher.Ended second = run("--log", log.toString(), "--", "--version");
      assertThat(second.exitCode()).isEqualTo(STILL_AT_WORK);
      assertThat(second.out()).contains("the last run is still at work");
      assertThat(log.resolve("latest.log")).doesNotExist();
    } finally {
      holder.descendants().forEach(ProcessHandle::destroy);
      holder.destroy();
    }
  }

  private static boolean isHeld(Path lock) throws Exception {
    if (!Files.exists(lock)) {
      return false;
    }
    return new ProcessBuilder("flock", "-n", lock.toString(), "true").start().waitFor() != 0;
  }

  @Test
  void wrongOptionsAreSaidInOneLine() throws Exception {
    Launcher.Ended ended = run("--", "segment");
    assertThat(ended.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(ended.err()).startsWith("nightly: --log is missing");
  }

  @Test
  void logIsItsOwnersAndHoldsNoSecret() throws Exception {
    Path log = dir.resolve("log");
    Launcher.Ended ended =
        run(
            "--log",
            log.toString(),
            "--",
            "--master",
            "local[1]",
            "--conf",
            "spark.hadoop.fs.s3a.secret.key=sesame1",
            "--conf=spark.hadoop.fs.x.Password=sesame2==",
            "--conf",
            "spark.executorEnv.API_TOKEN=sesame3",
            "--driver-java-options",
            "-Dx=1 -Daws.accessKeyId=sesame4",
            "--",
            "scenes",
            "--count",
            "1",
            "--output",
            dir.resolve("scenes").toString());
    assertThat(ended.exitCode()).as(ended.out()).isZero();
    assertThat(log.resolve("latest.log"))
        .content()
        .contains("fs.s3a.secret.key=***", "--count 1")
        .doesNotContain("sesame");
    assertThat(Files.getPosixFilePermissions(log.resolve("latest.log").toRealPath()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.getPosixFilePermissions(dir.resolve("scenes/image/scene-00000.png")))
        .as("what the run writes is not the log")
        .isEqualTo(Files.getPosixFilePermissions(Files.createFile(dir.resolve("other"))));
  }

  @Test
  void runThatOutlivesItsTimeEndsWith124EvenWhereOnlyKillEndsIt() throws Exception {
    Launcher.Running nightly =
        start(
            "--log",
            dir.resolve("log").toString(),
            "--timeout",
            "0.003",
            "--grace",
            "1",
            "--",
            "demo",
            "--scenes",
            "5000",
            "--output",
            dir.resolve("demo").toString());
    ProcessHandle java = javaOf(nightly.process());
    // A stopped process takes no TERM.
    new ProcessBuilder("kill", "-STOP", "" + java.pid()).start().waitFor();
    assertThat(nightly.process().waitFor()).isEqualTo(124);
    assertThat(java.isAlive()).isFalse();
    assertThat(dir.resolve("log/latest.log")).content().contains("exit code 124");
  }

  @Test
  void runEndsWithTheScriptThatStartedIt() throws Exception {
    Launcher.Running nightly =
        start(
            "--log",
            dir.resolve("log").toString(),
            "--",
            "demo",
            "--scenes",
            "5000",
            "--output",
            dir.resolve("demo").toString());
    ProcessHandle java = javaOf(nightly.process());
    nightly.process().destroy();
    assertThat(nightly.process().waitFor()).isEqualTo(128 + 15);
    assertThat(java.isAlive()).isFalse();
    assertThat(dir.resolve("log/latest.log")).content().contains("exit code 143");
    // The lock is free again.
    assertThat(isHeld(dir.resolve("log/nightly.lock"))).isFalse();
  }

  private Launcher.Running start(String... arguments) throws Exception {
    return Launcher.start(Launcher.script().resolveSibling("nightly"), dir, Map.of(), arguments);
  }

  /** The JVM of the run, once it is there. */
  private static ProcessHandle javaOf(Process nightly) throws InterruptedException {
    while (nightly.isAlive()) {
      Optional<ProcessHandle> java =
          nightly
              .descendants()
              .filter(
                  process -> process.info().commandLine().orElse("").contains("-Ddeeplab.terminal"))
              .filter(process -> process.info().command().orElse("").endsWith("/java"))
              .findFirst();
      if (java.isPresent()) {
        return java.get();
      }
      Thread.sleep(LOOK_MILLIS);
    }
    throw new IllegalStateException("It ended before it began");
  }
}
