package org.deeplabspark.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
final class DirectoryEntries implements Iterator<FileStatus>, AutoCloseable {

  private interface Source {
    /** The next entry, null at the end. */
    FileStatus next() throws IOException;
  }

  private final Source source;
  private final AutoCloseable handle;
  private FileStatus ahead;
  private boolean ended;

  private DirectoryEntries(Source source, AutoCloseable handle) {
    this.source = source;
    this.handle = handle;
  }

  @SuppressWarnings("StreamResourceLeak") // this object owns the stream and closes it
  static DirectoryEntries of(FileSystem fs, Path directory) throws IOException {
    if (fs.getUri().getScheme().equals("file")) {
      DirectoryStream<java.nio.file.Path> stream =
          Files.newDirectoryStream(java.nio.file.Path.of(directory.toUri().getPath()));
      Iterator<java.nio.file.Path> names = stream.iterator();
      return new DirectoryEntries(() -> local(directory, names), stream);
    }
    RemoteIterator<FileStatus> entries = fs.listStatusIterator(directory);
    return new DirectoryEntries(() -> entries.hasNext() ? entries.next() : null, () -> {});
  }

  private static FileStatus local(Path directory, Iterator<java.nio.file.Path> names)
      throws IOException {
    while (names.hasNext()) {
      java.nio.file.Path file = names.next();
      try {
        BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
        // A colon in a name is no scheme.
        Path path = new Path(directory, new Path(null, null, file.getFileName().toString()));
        return new FileStatus(
            seen.size(), seen.isDirectory(), 1, 0, seen.lastModifiedTime().toMillis(), path);
      } catch (NoSuchFileException e) {
        // Gone by now, or a link to nothing.
      }
    }
    return null;
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
  public FileStatus next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    FileStatus entry = ahead;
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
