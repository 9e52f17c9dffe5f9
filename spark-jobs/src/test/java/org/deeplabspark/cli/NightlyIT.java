package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.deeplabspark.testing.Launcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NightlyIT {

  private static final int STILL_AT_WORK = 75;

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
}
