package org.deeplabspark.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.testing.FaultyFileSystem;
import org.deeplabspark.testing.HdfsCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {

  private static final Duration LONG = Duration.ofMinutes(10);

  @TempDir java.nio.file.Path dir;

  private static OutputDirectory open(String place, String run) throws IOException {
    return OutputDirectory.open(new Configuration(), place, run, OutputDirectory.Owner.SEGMENT);
  }

  @Test
  void oneRunHoldsTheLockOnLocalDisks() throws IOException {
    oneRunHoldsTheLock(dir.resolve("out").toString());
  }

  @Test
  void oneRunHoldsTheLockOnHdfs() throws IOException {
    try (HdfsCluster hdfs = new HdfsCluster(dir, 1)) {
      oneRunHoldsTheLock(hdfs.uri("/out"));
    }
  }

  private static void oneRunHoldsTheLock(String place) throws IOException {
    OutputDirectory first = open(place, "first");
    OutputDirectory second = open(place, "second");
    RunLock held = RunLock.take(first, LONG);
    assertThatThrownBy(() -> RunLock.take(second, LONG))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Run first (process " + ProcessHandle.current().pid());
    held.check();

    // Silent for longer than the second allows: taken over, and the first finds out.
    RunLock taken = takeFromTheSilent(second);
    assertThatThrownBy(held::check)
        .hasMessageContaining("lost its lock")
        .hasMessageContaining("second");
    held.close();
    taken.check();
    taken.close();
    assertThat(first.text("_runs/_lock")).isEmpty();
    RunLock.take(first, LONG).close();
  }

  private static RunLock takeFromTheSilent(OutputDirectory output) throws IOException {
    Path lock = output.path("_runs/_lock");
    FileSystem fs = output.fileSystem();
    fs.setTimes(lock, fs.getFileStatus(lock).getModificationTime() - LONG.toMillis() - 1000, -1);
    return RunLock.take(output, LONG);
  }

  @Test
  void lockOfAProcessThatIsGoneIsTakenOverAtOnce() throws Exception {
    OutputDirectory output = open(dir.resolve("out").toString(), "next");
    RunLock.take(open(dir.resolve("out").toString(), "dead"), LONG);
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    String text = output.text("_runs/_lock").orElseThrow();
    output.writeText(
        "_runs/_lock",
        text.replace("\"pid\":" + ProcessHandle.current().pid(), "\"pid\":" + gone.pid()));

    try (RunLock lock = RunLock.take(output, LONG)) {
      lock.check();
    }
  }

  @Test
  void theLockIsRenewedAgainAfterTheStoreWasFull() throws Exception {
    Configuration hadoop = new Configuration();
    FaultyFileSystem.register(hadoop);
    OutputDirectory output =
        OutputDirectory.open(
            hadoop, "faulty:" + dir.resolve("out"), "first", OutputDirectory.Owner.SEGMENT);
    try (RunLock lock = RunLock.take(output, Duration.ofMillis(250))) {
      AtomicInteger refused = new AtomicInteger();
      FaultyFileSystem.set(
          (change, path) -> {
            if (change.equals("create") && path.contains("_staging")) {
              refused.incrementAndGet();
              throw FaultyFileSystem.full();
            }
            return true;
          });
      await(() -> refused.get() > 0);
      FaultyFileSystem.set((change, path) -> true);
      Instant before = output.now();
      await(() -> output.modified("_runs/_lock").map(t -> t.isAfter(before)).orElse(false));
      lock.check();
    } finally {
      FaultyFileSystem.set((change, path) -> true);
    }
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(Condition condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(10);
    }
  }
}
