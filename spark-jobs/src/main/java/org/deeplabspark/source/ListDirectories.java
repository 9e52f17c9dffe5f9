package org.deeplabspark.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.GlobPattern;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;
import org.deeplabspark.settings.InputFilter;
import org.deeplabspark.source.DirectoryEntries.Entry;

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
   * @param linksIn local paths without links of the directories whose links led here
   */
  record Directory(String path, String root, String glob, int input, List<String> linksIn)
      implements Serializable {}

  /**
   * One of three things: an image, whose id is still its relative path; a directory; what was left
   * out of a directory.
   */
  record Found(ImageFile file, int input, Directory directory, SkippedFiles leftOut)
      implements Serializable {

    static Found image(Entry entry, Path root, int input) {
      ImageFile file =
          new ImageFile(
              ImageIds.relative(root, entry.path()),
              entry.path().toString(),
              Instant.ofEpochMilli(entry.modifiedMillis()),
              entry.length());
      return new Found(file, input, null, null);
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
    Entries entries = entries(hadoop.value().value(), directory, filter);
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) ended -> entries.close());
    return entries;
  }

  /** What one directory holds; to be closed. */
  static Entries entries(Configuration hadoop, Directory directory, InputFilter filter)
      throws IOException {
    Path path = new Path(directory.path());
    SkippedFiles leftOut = new SkippedFiles();
    try {
      return new Entries(
          directory, filter, leftOut, DirectoryEntries.of(path.getFileSystem(hadoop), path));
    } catch (FileNotFoundException | NoSuchFileException e) {
      // Removed since it was seen.
    } catch (IOException e) {
      leftOut.add(SkippedFiles.Reason.UNREADABLE, 1);
    }
    return new Entries(directory, filter, leftOut, null);
  }

  /** Images, directories, and at the end what was left out. */
  static final class Entries implements Iterator<Found>, AutoCloseable {
    private final Directory directory;
    private final InputFilter filter;
    private final SkippedFiles leftOut;
    private final DirectoryEntries source; // null: nothing can be read
    private final Iterator<Entry> entries;
    private final Path root;
    private final GlobPattern glob;
    private Found ahead;
    private boolean ended;

    private Entries(
        Directory directory, InputFilter filter, SkippedFiles leftOut, DirectoryEntries source) {
      this.directory = directory;
      this.filter = filter;
      this.leftOut = leftOut;
      this.source = source;
      this.entries = source == null ? Collections.emptyIterator() : source;
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

    @Override
    public void close() {
      if (source != null) {
        source.close();
      }
    }

    private Found found(Entry entry) {
      if (glob != null && !glob.matches(entry.name())) {
        return null;
      }
      return switch (entry.kind()) {
        case FILE ->
            leftOut.takes(entry, filter) ? Found.image(entry, root, directory.input()) : null;
        case DEAD_LINK -> leftOut(SkippedFiles.Reason.DEAD_LINK);
        case DIRECTORY -> below(entry);
      };
    }

    private Found leftOut(SkippedFiles.Reason reason) {
      leftOut.add(reason, 1);
      return null;
    }

    private Found below(Entry entry) {
      if (glob == null && !filter.recursive()) {
        return leftOut(SkippedFiles.Reason.SUB_DIRECTORY);
      }
      if (InputFilter.hiddenDirectory(entry.name())) {
        return leftOut(SkippedFiles.Reason.HIDDEN_DIRECTORY);
      }
      List<String> linksIn = directory.linksIn();
      if (entry.target() != null) {
        linksIn = new ArrayList<>(linksIn);
        linksIn.add(withoutLinks());
        String target = entry.target();
        if (linksIn.stream().anyMatch(above -> (above + "/").startsWith(target + "/"))) {
          return leftOut(SkippedFiles.Reason.CIRCLE);
        }
      }
      Directory below =
          new Directory(
              entry.path().toString(), directory.root(), null, directory.input(), linksIn);
      return new Found(null, directory.input(), below, null);
    }

    private String withoutLinks() {
      java.nio.file.Path here = LocalNames.path(new Path(directory.path()).toUri().getPath());
      try {
        return here.toRealPath().toString();
      } catch (IOException e) {
        return here.toString(); // removed since it was seen
      }
    }
  }
}
