package org.deeplabspark.io;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Parquet files as Spark's readers see them. */
public final class ParquetFiles {

  /** What to do about a damaged file of masks or errors. */
  public static final String LABEL_AGAIN =
      "remove it and run segment again, its images are done again (of another program's data: replace it)";

  /** A store takes tens of milliseconds for each, and a table grows by one with every commit. */
  private static final int FILES_AT_ONCE = 16;

  private static final byte[] MAGIC = {'P', 'A', 'R', '1'};

  private ParquetFiles() {}

  /** Whether a file is one that a reader of its directory takes. */
  public static boolean is(FileStatus status) {
    return status.isFile() && isNamed(status.getPath().getName());
  }

  /** Whether a file of this name is one that a reader of its directory takes. */
  public static boolean isNamed(String name) {
    return name.endsWith(".parquet") && !hidden(name);
  }

  /**
   * Whether a reader of this place finds any row group: a Parquet file in it or below; false where
   * there is no such place.
   */
  public static boolean existIn(FileSystem fs, Path place) throws IOException {
    if (!fs.exists(place)) {
      return false;
    }
    for (FileStatus status : fs.listStatus(place)) {
      boolean below =
          status.isDirectory()
              && !hidden(status.getPath().getName())
              && existIn(fs, status.getPath());
      if (below || is(status)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Looks at the ends of all files in a place and below, before executors meet them.
   *
   * @param fix what to do about a damaged file
   * @throws IllegalStateException if one is damaged; names it and the fix
   */
  public static void requireWhole(FileSystem fs, Path place, String fix) throws IOException {
    List<FileStatus> files = new ArrayList<>();
    addBelow(fs, place, files);
    ExecutorService threads = Executors.newFixedThreadPool(FILES_AT_ONCE);
    try {
      List<Future<Optional<String>>> damages = new ArrayList<>();
      files.forEach(file -> damages.add(threads.submit(() -> damage(fs, file))));
      for (int i = 0; i < files.size(); i++) {
        if (damages.get(i).get().isPresent()) {
          throw new IllegalStateException(damaged(files.get(i).getPath().toString(), fix));
        }
      }
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while looking at " + place);
    } finally {
      threads.shutdownNow();
    }
  }

  private static void addBelow(FileSystem fs, Path place, List<FileStatus> files)
      throws IOException {
    for (FileStatus status : fs.listStatus(place)) {
      if (status.isDirectory() && !hidden(status.getPath().getName())) {
        addBelow(fs, status.getPath(), files);
      } else if (is(status)) {
        files.add(status);
      }
    }
  }

  /** One line about a damaged file. */
  public static String damaged(String file, String fix) {
    return file.replaceFirst("^file:/+", "/") + " is damaged; " + fix;
  }

  /** What is wrong with a file at first sight: its two ends; empty where they are whole. */
  public static Optional<String> damage(FileSystem fs, FileStatus status) throws IOException {
    long length = status.getLen();
    if (length == 0) {
      return Optional.of("empty");
    }
    if (length < 2 * MAGIC.length + Integer.BYTES) {
      return Optional.of("cut off");
    }
    byte[] head = new byte[MAGIC.length];
    byte[] tail = new byte[Integer.BYTES + MAGIC.length];
    try (FSDataInputStream in = fs.open(status.getPath())) {
      in.readFully(0, head);
      in.readFully(length - tail.length, tail);
    }
    if (!Arrays.equals(head, MAGIC)) {
      return Optional.of("no Parquet file");
    }
    int footer = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt();
    boolean whole =
        Arrays.equals(Arrays.copyOfRange(tail, Integer.BYTES, tail.length), MAGIC)
            && footer > 0
            && footer <= length - head.length - tail.length;
    return whole ? Optional.empty() : Optional.of("cut off");
  }

  /** Names that Spark's readers pass over. */
  private static boolean hidden(String name) {
    return name.startsWith(".") || name.startsWith("_");
  }
}
