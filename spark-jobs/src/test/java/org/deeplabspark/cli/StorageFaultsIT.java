package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.deeplabspark.testing.Duck;
import org.deeplabspark.testing.HdfsCluster;
import org.deeplabspark.testing.Launcher;
import org.deeplabspark.testing.SharedData;
import org.deeplabspark.testing.SharedSpark;
import org.deeplabspark.testing.VocModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A local disk and a real HDFS that fill up, and a part of HDFS that goes away. */
class StorageFaultsIT {

  private static final long PATIENCE_MINUTES = 4;

  private static final int NO_MOUNT = 9;
  private static final String IN_A_NAMESPACE =
      "unshare -rm true || exit " + NO_MOUNT + "; exec unshare -rm sh -c \"$0\" \"$@\"";

  // Of the launcher, few photographs, all of them, and what else segment takes.
  private static final String FILL_A_DISK =
      "mount -t tmpfs -o size=8m none disk || exit "
          + NO_MOUNT
          + """

      launcher=$0; few=$1; all=$2; shift 2
      segment() { "$launcher" "$@" --output disk/out; echo "exit $?"; }
      segment "$@" --input "$few"
      cp -r disk/out before
      head -c 1G /dev/zero > disk/rest
      truncate -s -16K disk/rest
      segment "$@" --input "$all"
      cp -r disk/out full
      rm disk/rest
      segment "$@" --input "$all"
      cp -r disk/out after
      """;

  @TempDir static Path dir;

  private static HdfsCluster hdfs;
  private static Path few;
  private static Path all;

  @BeforeAll
  static void start() throws IOException {
    VocModel.weights();
    few = Files.createDirectories(dir.resolve("few"));
    all = Files.createDirectories(dir.resolve("all"));
    List<Path> photos = SharedData.files("voc/JPEGImages");
    for (Path photo : photos.subList(0, 8)) {
      Files.copy(photo, all.resolve(photo.getFileName()));
    }
    for (Path photo : photos.subList(0, 3)) {
      Files.copy(photo, few.resolve(photo.getFileName()));
    }
    SharedSpark.session();
    hdfs = new HdfsCluster(Files.createDirectories(dir.resolve("hdfs")), 3);
  }

  @AfterAll
  static void stop() {
    if (hdfs != null) {
      hdfs.close();
    }
  }

  /** The disk is there for the processes of one namespace, so that nobody has to be root. */
  @Test
  void aFullDiskEndsTheRunAndLosesNothingThatIsCommitted() throws Exception {
    Path place = Files.createDirectories(dir.resolve("local/disk")).getParent();
    List<String> line = new ArrayList<>(List.of("-c", IN_A_NAMESPACE, FILL_A_DISK));
    line.addAll(List.of(Launcher.script().toString(), few.toString(), all.toString()));
    line.addAll(List.of(VocModel.segment("--crf", "off")));

    Launcher.Ended ended =
        Launcher.run(Path.of("/bin/sh"), place, Map.of(), line.toArray(String[]::new));

    assumeFalse(
        ended.exitCode() == NO_MOUNT, "This user may not mount a disk of its own: " + ended.err());
    assertThat(ended.out().lines().filter(l -> l.startsWith("exit")))
        .as(ended.err())
        .containsExactly(
            "exit " + ExitCode.DONE, "exit " + ExitCode.FAILED, "exit " + ExitCode.DONE);
    assertThat(ended.err()).contains("No space left on device");
    Map<String, String> committed = Duck.maskDigests(place.resolve("before"));
    assertThat(committed).hasSize(3);
    assertThat(Duck.maskDigests(place.resolve("full"))).isEqualTo(committed);
    assertThat(Duck.maskDigests(place.resolve("after"))).hasSize(8).containsAllEntriesOf(committed);
  }

  @Test
  void aFullStoreEndsTheRunAndLosesNothingThatIsCommitted() throws IOException {
    assertThat(segment(few, "/full/out")).isEqualTo(ExitCode.DONE);
    Map<String, String> committed = digests("/full/out", "before");
    assertThat(committed).hasSize(3);
    DistributedFileSystem fs = (DistributedFileSystem) hdfs.fileSystem();
    org.apache.hadoop.fs.Path place = new org.apache.hadoop.fs.Path("/full");
    // A new block reserves its whole size: no file can be begun any more.
    long used = fs.getContentSummary(place).getSpaceConsumed();
    fs.setQuota(place, HdfsConstants.QUOTA_DONT_SET, used + 1);

    assertThat(segment(all, "/full/out")).isEqualTo(ExitCode.FAILED);
    assertThat(digests("/full/out", "full")).isEqualTo(committed);

    fs.setQuota(place, HdfsConstants.QUOTA_DONT_SET, HdfsConstants.QUOTA_RESET);
    assertThat(segment(all, "/full/out")).isEqualTo(ExitCode.DONE);
    assertThat(digests("/full/out", "after")).hasSize(8).containsAllEntriesOf(committed);
  }

  @Test
  void aDataNodeThatGoesAwayChangesNothing() throws Exception {
    CompletableFuture<Integer> run = CompletableFuture.supplyAsync(() -> segment(all, "/node/out"));
    FileSystem fs = hdfs.fileSystem();
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(PATIENCE_MINUTES);
    while (!fs.exists(new org.apache.hadoop.fs.Path("/node/out/_staging"))) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(20);
    }
    hdfs.stopDataNode(0);

    assertThat(run.get()).isEqualTo(ExitCode.DONE);
    assertThat(digests("/node/out", "node")).hasSize(8);
  }

  private static int segment(Path photos, String output) {
    return Deeplab.run(
        VocModel.segment(
            "--input", photos.toString(), "--output", hdfs.uri(output), "--crf", "off"));
  }

  /** Of the masks that a reader finds. */
  private static Map<String, String> digests(String output, String copy) throws IOException {
    hdfs.copyTo(dir.resolve(copy), output + "/masks");
    return Duck.maskDigests(dir.resolve(copy));
  }
}
