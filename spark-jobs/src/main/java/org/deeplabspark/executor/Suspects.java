package org.deeplabspark.executor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.model.Sha256;
import org.deeplabspark.source.HadoopBytes;

/**
 * Finds the image that executors die of: a native crash, or the system's word that there is no more
 * memory, leaves nobody who could catch it.
 *
 * <p>The first try of a task writes nothing. A task that is tried again notes which images its
 * workers are at, in a file of its own that is rewritten with each. The next try reads what dead
 * ones left: an image that they were at is worked on alone in its executor; one that was alone when
 * the executor died again is not worked on any more. An image thus costs three executors and then
 * becomes an error; images that were beside it cost nothing.
 */
final class Suspects {

  /** What is known of an image. */
  enum Verdict {
    /** Nothing. */
    FREE,
    /** An executor died while several images were worked on, this one among them. */
    SUSPECT,
    /** An executor died while this image alone was worked on. */
    GUILTY
  }

  private static final String ALONE = "alone ";
  private static final String BESIDE = "beside ";

  private final FileSystem fs;
  private final Path journal;
  private final Set<String> left = new HashSet<>();
  private final Set<String> now = new HashSet<>();

  private Suspects(FileSystem fs, Path journal) {
    this.fs = fs;
    this.journal = journal;
  }

  /**
   * What earlier tries have left.
   *
   * @param directory of the journals of a run
   * @param triedBefore whether this task is not at its first try; if it is, nothing is read or
   *     written
   * @param task name of this try of the task
   */
  static Suspects of(Configuration hadoop, String directory, boolean triedBefore, String task)
      throws IOException {
    if (!triedBefore) {
      return new Suspects(null, null);
    }
    Path place = new Path(directory);
    FileSystem fs = place.getFileSystem(hadoop);
    Suspects suspects = new Suspects(fs, new Path(place, task));
    fs.mkdirs(place);
    for (FileStatus status : fs.listStatus(place)) {
      String text = new String(HadoopBytes.read(fs, status.getPath()), StandardCharsets.UTF_8);
      suspects.left.addAll(text.lines().toList());
    }
    return suspects;
  }

  Verdict verdict(String imageId) {
    if (left.isEmpty()) {
      return Verdict.FREE;
    }
    String name = name(imageId);
    if (left.contains(ALONE + name)) {
      return Verdict.GUILTY;
    }
    return left.contains(BESIDE + name) ? Verdict.SUSPECT : Verdict.FREE;
  }

  /** To be called before an image is worked on. */
  void enter(String imageId, boolean alone) throws IOException {
    if (journal != null) {
      synchronized (now) {
        now.add((alone ? ALONE : BESIDE) + name(imageId));
        write();
      }
    }
  }

  /** To be called when an image is done, well or not. */
  void leave(String imageId) throws IOException {
    if (journal != null) {
      synchronized (now) {
        now.remove(ALONE + name(imageId));
        now.remove(BESIDE + name(imageId));
        write();
      }
    }
  }

  private void write() throws IOException {
    try (FSDataOutputStream out = fs.create(journal, true)) {
      out.write(String.join("\n", now).getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Ids may hold line ends. */
  private static String name(String imageId) {
    return Sha256.of(imageId.getBytes(StandardCharsets.UTF_8));
  }
}
