package org.deeplabspark.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * What a directory holds, a piece at a time: HDFS hands out a thousand entries for a question, and
 * a local directory is streamed, where Hadoop would hold a million of them at once.
 */
final class DirectoryEntries implements Iterator<DirectoryEntries.Entry>, AutoCloseable {

  /** What an entry is. */
  enum Kind {
    FILE,
    DIRECTORY,
    /** A link that leads nowhere, or in a circle. */
    DEAD_LINK
  }

  /**
   * One entry.
   *
   * @param path fully qualified
   * @param length bytes of a file
   * @param modifiedMillis time of modification, since 1970
   * @param target where a link to a directory leads, a local path without links; null for others
   */
  record Entry(Path path, Kind kind, long length, long modifiedMillis, String target) {

    static Entry of(FileStatus status) {
      return new Entry(
          status.getPath(),
          status.isDirectory() ? Kind.DIRECTORY : Kind.FILE,
          status.getLen(),
          status.getModificationTime(),
          null);
    }

    Entry at(Path place) {
      return new Entry(place, kind, length, modifiedMillis, target);
    }

    String name() {
      return path.getName();
    }
  }

  private interface Source {
    /** The next entry, null at the end. */
    Entry next() throws IOException;
  }

  private final Source source;
  private final AutoCloseable handle;
  private Entry ahead;
  private boolean ended;

  private DirectoryEntries(Source source, AutoCloseable handle) {
    this.source = source;
    this.handle = handle;
  }

  @SuppressWarnings("StreamResourceLeak") // this object owns the stream and closes it
  static DirectoryEntries of(FileSystem fs, Path directory) throws IOException {
    if (fs.getUri().getScheme().equals("file")) {
      DirectoryStream<java.nio.file.Path> stream =
          Files.newDirectoryStream(LocalNames.path(directory.toUri().getPath()));
      Iterator<java.nio.file.Path> names = stream.iterator();
      return new DirectoryEntries(
          () -> names.hasNext() ? local(directory, names.next()) : null, stream);
    }
    RemoteIterator<FileStatus> entries = fs.listStatusIterator(directory);
    return new DirectoryEntries(
        () -> entries.hasNext() ? Entry.of(entries.next()) : null, () -> {});
  }

  private static Entry local(Path directory, java.nio.file.Path file) {
    // A colon in a name is no scheme.
    Path path = new Path(directory, new Path(null, null, LocalNames.text(file)));
    try {
      BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
      boolean linked = seen.isDirectory() && Files.isSymbolicLink(file);
      return new Entry(
          path,
          seen.isDirectory() ? Kind.DIRECTORY : Kind.FILE,
          seen.size(),
          seen.lastModifiedTime().toMillis(),
          linked ? file.toRealPath().toString() : null);
    } catch (IOException e) {
      // Gone by now, or a link that cannot be followed.
      return new Entry(path, Kind.DEAD_LINK, 0, 0, null);
    }
  }

  @Override
  public boolean hasNext() {
    if (ahead == null && !ended) {
      try {
        ahead = source.next();
      } catch (DirectoryIteratorException e) {
        throw new UncheckedIOException(e.getCause());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      ended = ahead == null;
      if (ended) {
        close();
      }
    }
    return !ended;
  }

  @Override
  public Entry next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Entry entry = ahead;
    ahead = null;
    return entry;
  }

  @Override
  public void close() {
    try {
      handle.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
