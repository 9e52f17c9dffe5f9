package org.deeplabspark.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.NoSuchFileException;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.GlobPattern;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Lists directories on executors, each by the task that meets it: images and directories to look
 * into come out as they are found, then what was left out.
 */
final class ListDirectories
    implements FlatMapFunction<ListDirectories.Directory, ListDirectories.Found> {

  private static final long serialVersionUID = 1L;

  /**
   * A directory to be listed.
   *
   * @param path fully qualified
   * @param root that ids are relative to
   * @param glob of the entries that are looked at; null for all of them
   * @param input number of the input it belongs to
   */
  record Directory(String path, String root, String glob, int input) implements Serializable {}

  /**
   * One of three things: an image, whose id is still its relative path; a directory; what was left
   * out of a directory.
   */
  record Found(ImageFile file, int input, Directory directory, LeftOut leftOut)
      implements Serializable {

    static Found image(FileStatus status, Path root, int input) {
      return new Found(ImageListing.file(status, root), input, null, null);
    }
  }

  private final Broadcast<SerializableConfiguration> hadoop;
  private final InputFilter filter;

  ListDirectories(Broadcast<SerializableConfiguration> hadoop, InputFilter filter) {
    this.hadoop = hadoop;
    this.filter = filter;
  }

  @Override
  public Iterator<Found> call(Directory directory) throws IOException {
    Path path = new Path(directory.path());
    FileSystem fs = FileSystem.get(path.toUri(), hadoop.value().value());
    DirectoryEntries entries;
    try {
      entries = DirectoryEntries.of(fs, path);
    } catch (FileNotFoundException | NoSuchFileException e) {
      return Collections.emptyIterator(); // removed since it was seen
    }
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) ended -> entries.close());
    return new Entries(directory, entries);
  }

  private final class Entries implements Iterator<Found> {
    private final Directory directory;
    private final DirectoryEntries entries;
    private final Path root;
    private final GlobPattern glob;
    private final LeftOut leftOut = new LeftOut();
    private Found ahead;
    private boolean ended;

    Entries(Directory directory, DirectoryEntries entries) {
      this.directory = directory;
      this.entries = entries;
      this.root = new Path(directory.root());
      this.glob = directory.glob() == null ? null : new GlobPattern(directory.glob());
    }

    @Override
    public boolean hasNext() {
      while (ahead == null && entries.hasNext()) {
        ahead = found(entries.next());
      }
      if (ahead == null && !ended) {
        ended = true;
        ahead = new Found(null, directory.input(), null, leftOut);
      }
      return ahead != null;
    }

    @Override
    public Found next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Found found = ahead;
      ahead = null;
      return found;
    }

    private Found found(FileStatus status) {
      String name = status.getPath().getName();
      if (InputFilter.hidden(name) || (glob != null && !glob.matches(name))) {
        return null;
      }
      if (!status.isDirectory()) {
        return leftOut.takes(status, filter) ? Found.image(status, root, directory.input()) : null;
      }
      if (glob == null && !filter.recursive()) {
        leftOut.directory();
        return null;
      }
      Directory below =
          new Directory(status.getPath().toString(), directory.root(), null, directory.input());
      return new Found(null, directory.input(), below, null);
    }
  }
}
