package org.deeplabspark.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplabspark.settings.ReadLimits;

/**
 * Opens the files that data names: photographs, label images, lines of lists. Whatever is wrong
 * with one of them is a {@link ReadFailure} of that file, within a bounded time: only regular files
 * of allowed schemes are opened, and a read that hangs is left behind, unless it is of a disk of
 * this machine, which does not hang without all else.
 *
 * <p>Files of a local disk are read past Hadoop, whose checksum layer cannot open a name with a
 * colon and whose look for a checksum file takes as long as decoding a mask. Travels to executors.
 */
public final class InputFiles implements Serializable {

  private static final long serialVersionUID = 1L;

  /** A read that hangs keeps its thread; the one that waited for it goes on. */
  private static final ExecutorService READERS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "read");
            thread.setDaemon(true);
            return thread;
          });

  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

  /**
   * A file as it was found.
   *
   * @param length in bytes; -1 where the store does not tell
   * @param modifiedMillis time of modification, since 1970
   */
  public record Found(long length, long modifiedMillis) {}

  /**
   * A file that was read.
   *
   * @param bytes all of it
   * @param modifiedMillis time of modification, since 1970
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on and never compared
  public record Content(byte[] bytes, long modifiedMillis) {}

  private final Broadcast<SerializableConfiguration> hadoop;
  private final ReadLimits limits;

  /** Files as a configuration and limits allow them. */
  public InputFiles(Broadcast<SerializableConfiguration> hadoop, ReadLimits limits) {
    this.hadoop = hadoop;
    this.limits = limits;
  }

  /** Files as a session's configuration and the settings allow them. */
  public static InputFiles of(SparkSession spark, ReadLimits limits) {
    return new InputFiles(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .broadcast(new SerializableConfiguration(spark.sessionState().newHadoopConf())),
        limits);
  }

  /** Configuration of the file systems. */
  public Configuration hadoop() {
    return hadoop.value().value();
  }

  /** Looks at a file without reading it. */
  public Found look(String path) throws ReadFailure {
    return timed(path, this::find);
  }

  /** Reads a whole file. */
  public Content read(String path) throws ReadFailure {
    return timed(
        path,
        place -> {
          Found found = find(place);
          return new Content(bytes(place, found.length()), found.modifiedMillis());
        });
  }

  /**
   * Reads a whole file that was listed before, which spares a question to a remote store.
   *
   * @param listed its length in bytes; null: not known
   */
  public byte[] read(String path, Long listed) throws ReadFailure {
    return timed(
        path,
        place -> {
          boolean ask = listed == null || local(place);
          return bytes(place, ask ? find(place).length() : listed);
        });
  }

  /** Reads a file's first bytes: so many, or all where it is shorter. */
  public byte[] head(String path, int bytes) throws ReadFailure {
    return timed(
        path,
        place -> {
          find(place);
          try (InputStream in = open(place)) {
            return in.readNBytes(bytes);
          }
        });
  }

  private interface Read<T> {
    T of(Path place) throws IOException, ReadFailure;
  }

  private <T> T timed(String path, Read<T> read) throws ReadFailure {
    Path place = place(path);
    java.nio.file.Path file = local(place) ? LocalNames.path(place.toUri().getPath()) : null;
    if (file != null && LocalDisks.hold(file)) {
      try {
        return read.of(place);
      } catch (IOException | RuntimeException | Error e) {
        throw failure(path, e);
      }
    }
    return guarded(
        path,
        () -> {
          T done = read.of(place);
          if (file != null) {
            LocalDisks.learn(file);
          }
          return done;
        });
  }

  private <T> T guarded(String path, Callable<T> read) throws ReadFailure {
    Future<T> reading = READERS.submit(read);
    try {
      return reading.get(limits.maxTime().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      reading.cancel(true);
      throw new ReadFailure(
          "too-slow",
          String.format(
              "%s was not read within %d seconds (image.max-seconds)",
              path, limits.maxTime().toSeconds()),
          e);
    } catch (ExecutionException e) {
      throw failure(path, e.getCause());
    } catch (InterruptedException e) {
      reading.cancel(true);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while reading " + path, e);
    }
  }

  private static ReadFailure failure(String path, Throwable cause) {
    if (cause instanceof ReadFailure known) {
      return known;
    } else if (cause instanceof FileNotFoundException || cause instanceof NoSuchFileException) {
      return new ReadFailure(ReadFailure.NOT_FOUND, "There is no file " + path, cause);
    } else if (cause instanceof AccessControlException || cause instanceof AccessDeniedException) {
      return new ReadFailure("permission-denied", "Not allowed to read " + path, cause);
    } else if (cause instanceof OutOfMemoryError) {
      return new ReadFailure("out-of-memory", "No memory to read " + path, cause);
    }
    // Whatever a store throws is a matter of this one file: checked, unchecked, or an error.
    String why = String.valueOf(cause).replaceAll("\\s+", " ");
    return new ReadFailure("io-error", "Cannot read " + path + ": " + why, cause);
  }

  /** A path that may be opened. */
  private Path place(String text) throws ReadFailure {
    Path path;
    try {
      path = new Path(text);
    } catch (IllegalArgumentException e) {
      throw new ReadFailure("invalid-path", text + " is not a path", e);
    }
    URI uri = path.toUri();
    String scheme =
        uri.getScheme() == null ? FileSystem.getDefaultUri(hadoop()).getScheme() : uri.getScheme();
    if (!limits.schemes().contains(scheme.toLowerCase(Locale.ROOT))) {
      throw new ReadFailure(
          "scheme-not-allowed",
          String.format(
              "%s is not opened: %s is none of input.schemes (%s)",
              text, scheme, String.join(", ", limits.schemes())));
    }
    if (local(path) && uri.getAuthority() != null && !uri.getAuthority().isEmpty()) {
      throw new ReadFailure(
          "invalid-path",
          text + " names a host; a local file is file:///" + uri.getPath().replaceFirst("^/+", ""));
    }
    return path;
  }

  private static boolean local(Path path) {
    return "file".equals(path.toUri().getScheme());
  }

  private FileSystem fileSystem(Path path) throws IOException, ReadFailure {
    try {
      return path.getFileSystem(hadoop());
    } catch (UnsupportedFileSystemException e) {
      throw noFileSystem(path, e);
    } catch (RuntimeException e) {
      if (e.getCause() instanceof ClassNotFoundException) {
        throw noFileSystem(path, e);
      }
      throw e;
    }
  }

  private static ReadFailure noFileSystem(Path path, Exception cause) {
    return new ReadFailure(
        "no-file-system",
        path
            + " cannot be opened: no file system for "
            + path.toUri().getScheme()
            + " is installed",
        cause);
  }

  private Found find(Path path) throws IOException, ReadFailure {
    if (local(path)) {
      BasicFileAttributes seen =
          Files.readAttributes(LocalNames.path(path.toUri().getPath()), BasicFileAttributes.class);
      if (!seen.isRegularFile()) {
        throw notAFile(path, seen.isDirectory() ? "a directory" : "a pipe, socket or device");
      }
      return new Found(seen.size(), seen.lastModifiedTime().toMillis());
    }
    FileStatus seen = fileSystem(path).getFileStatus(path);
    if (seen.isDirectory()) {
      throw notAFile(path, "a directory");
    }
    return new Found(seen.getLen(), seen.getModificationTime());
  }

  private static ReadFailure notAFile(Path path, String what) {
    return new ReadFailure("not-a-file", path + " is " + what + ", not a regular file");
  }

  private InputStream open(Path path) throws IOException, ReadFailure {
    return local(path)
        ? Files.newInputStream(LocalNames.path(path.toUri().getPath()))
        : fileSystem(path).open(path);
  }

  /** Of a length that was seen; -1: until the end. */
  private byte[] bytes(Path path, long length) throws IOException, ReadFailure {
    long most = Math.min(limits.maxBytes(), LARGEST_ARRAY);
    requireSize(path, length, most);
    try (InputStream in = open(path)) {
      if (length >= 0 && in instanceof FSDataInputStream remote) {
        byte[] content = new byte[(int) length];
        remote.readFully(0, content);
        return content;
      }
      if (length < 0) {
        byte[] content = in.readNBytes((int) Math.min(most + 1, LARGEST_ARRAY));
        requireSize(path, content.length, most);
        return content;
      }
      byte[] content = new byte[(int) length];
      if (in.readNBytes(content, 0, content.length) < length || in.read() >= 0) {
        throw new IOException("it changed while it was read");
      }
      return content;
    }
  }

  private static void requireSize(Path path, long length, long most) throws ReadFailure {
    if (length > most) {
      throw new ReadFailure(
          "too-large",
          String.format("%s has %d bytes, image.max-file-mib allows %d", path, length, most));
    }
  }
}
