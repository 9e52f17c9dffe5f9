package org.deeplabspark.pass;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.io.HadoopBytes;
import org.deeplabspark.io.StrictFiles;
import org.deeplabspark.model.Sha256;

/**
 * Finds the image that executors die of: a native crash, or the system's word that there is no more
 * memory, leaves nobody who could catch it.
 *
 * <p>The first attempt of a task writes nothing. Later ones note which images their workers are at,
 * in a file of their own that is rewritten with each and removed when the attempt ends. When an
 * executor is lost the driver puts the files of its attempts aside ({@link LostExecutors}), and
 * only those count: an attempt that lives, as a speculative copy's other does, or that was killed,
 * accuses nobody. An image that a lost attempt was at is worked on alone in its executor; one that
 * was alone when the executor was lost is not worked on any more. An image thus costs three
 * executors and then becomes an error; images that were beside it cost nothing.
 *
 * <p>An image that became such an error in an earlier run begins alone, and is noted by the first
 * attempt: it costs one executor at most.
 */
final class CrashJournal {

  /** What is known of an image. */
  enum Verdict {
    /** Nothing. */
    FREE,
    /** An executor was lost while several images were worked on, this one among them. */
    SUSPECT,
    /** An executor was lost while this image alone was worked on. */
    GUILTY
  }

  /** Ending of a journal whose attempt ended with its executor. */
  static final String LOST = ".lost";

  /** Knows nothing and notes nothing. */
  static final CrashJournal NONE = new CrashJournal(null, null, false, Set.of());

  private static final String ALONE = "alone ";
  private static final String BESIDE = "beside ";

  /**
   * How long an attempt waits for the driver's word on attempts before it: Spark schedules the next
   * one and tells listeners of the last one's end at about the same time. An attempt that lives
   * makes it wait in vain.
   */
  private static final long WAIT_MILLIS = 5_000;

  private static final long LOOK_MILLIS = 100;

  private final FileSystem fs;
  private final Path journal;
  private final boolean triedBefore;
  private final Set<String> lostBefore;
  private final Set<String> left = new HashSet<>();
  private final Set<String> now = new HashSet<>();

  private CrashJournal(FileSystem fs, Path journal, boolean triedBefore, Set<String> lostBefore) {
    this.fs = fs;
    this.journal = journal;
    this.triedBefore = triedBefore;
    this.lostBefore = lostBefore;
  }

  /**
   * Reads what lost attempts of the same task have left.
   *
   * @param directory of the journals of a run
   * @param triedBefore whether this is not the task's first attempt; of that nothing is read
   * @param lostBefore ids of images that became errors of this kind in earlier runs
   */
  static CrashJournal of(
      Configuration hadoop,
      String directory,
      boolean triedBefore,
      Attempt attempt,
      Set<String> lostBefore)
      throws IOException {
    Path place = new Path(directory);
    FileSystem fs = place.getFileSystem(hadoop);
    CrashJournal journal =
        new CrashJournal(fs, new Path(place, attempt.file()), triedBefore, lostBefore);
    if (triedBefore) {
      awaitVerdicts(fs, place, attempt);
      for (FileStatus status : journals(fs, place, attempt)) {
        if (status.getPath().getName().endsWith(LOST)) {
          String text = new String(HadoopBytes.read(fs, status.getPath()), StandardCharsets.UTF_8);
          journal.left.addAll(text.lines().toList());
        }
      }
    }
    return journal;
  }

  /** Waits while there is an attempt before this of which nobody knows how it ended. */
  private static void awaitVerdicts(FileSystem fs, Path place, Attempt attempt) throws IOException {
    long end = System.nanoTime() + WAIT_MILLIS * 1_000_000;
    try {
      while (System.nanoTime() < end
          && journals(fs, place, attempt).stream()
              .anyMatch(status -> !status.getPath().getName().endsWith(LOST))) {
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // killed, which the task's own thread sees next
    }
  }

  private static List<FileStatus> journals(FileSystem fs, Path place, Attempt attempt)
      throws IOException {
    try {
      return List.of(
          fs.listStatus(place, path -> path.getName().startsWith(attempt.filesOfTask())));
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  Verdict verdict(String imageId) {
    String name = name(imageId);
    if (left.contains(ALONE + name)) {
      return Verdict.GUILTY;
    }
    return left.contains(BESIDE + name) || lostBefore.contains(imageId)
        ? Verdict.SUSPECT
        : Verdict.FREE;
  }

  /** To be called before an image is worked on. */
  void enter(String imageId, boolean alone) throws IOException {
    if (notes(imageId)) {
      synchronized (now) {
        now.add((alone ? ALONE : BESIDE) + name(imageId));
        write();
      }
    }
  }

  /** To be called when an image is done, well or not. */
  void leave(String imageId) throws IOException {
    if (notes(imageId)) {
      synchronized (now) {
        now.remove(ALONE + name(imageId));
        now.remove(BESIDE + name(imageId));
        write();
      }
    }
  }

  private boolean notes(String imageId) {
    return triedBefore || lostBefore.contains(imageId);
  }

  private void write() throws IOException {
    if (now.isEmpty()) {
      StrictFiles.delete(fs, journal);
      return;
    }
    StrictFiles.mkdirs(fs, journal.getParent());
    try (FSDataOutputStream out = fs.create(journal, true)) {
      out.write(String.join("\n", now).getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Ids may hold line ends. */
  private static String name(String imageId) {
    return Sha256.of(imageId.getBytes(StandardCharsets.UTF_8));
  }
}
