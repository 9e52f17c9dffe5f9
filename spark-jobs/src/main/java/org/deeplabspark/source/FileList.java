package org.deeplabspark.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.util.LineReader;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;
import org.deeplabspark.io.PathText;
import org.deeplabspark.settings.InputFilter;
import org.deeplabspark.settings.UsageException;

/**
 * {@code --files-from LIST}: one path a line, blank lines skipped. Executors read parts of the list
 * and look up each file's size and time; a file that is not there becomes an error row later on.
 *
 * <p>Relative paths are relative to the list's directory. An id is the path below {@code --id-root}
 * and otherwise the whole path, so that it does not depend on where the list lies.
 */
final class FileList {

  private static final long SMALLEST_PART_BYTES = 1 << 14;
  private static final int PARTS_PER_CORE = 8;

  /** Lines that begin in [from, to), bytes. */
  private record Part(String list, long from, long to) implements Serializable {}

  private FileList() {}

  /**
   * The files of a list, under their relative paths, as often as they stand in it.
   *
   * @param idRoot directory that ids are relative to; empty: whole paths
   * @throws UsageException if there is no such list, or the filter wants times, which a list does
   *     not know
   */
  static JavaRDD<ImageFile> read(
      SparkSession spark,
      String list,
      Optional<String> idRoot,
      InputFilter filter,
      InputFiles opener)
      throws IOException {
    if (filter.looksAtTimes()) {
      throw new UsageException(
          "Invalid --files-from: a list says itself which files; leave modifiedAfter and modifiedBefore out");
    }
    Configuration hadoop = spark.sessionState().newHadoopConf();
    Path file = PathText.parse(list);
    FileSystem fs = file.getFileSystem(hadoop);
    long length = length(fs, list);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    long parts =
        Math.max(
            1,
            Math.min(
                length / SMALLEST_PART_BYTES,
                (long) PARTS_PER_CORE * context.defaultParallelism()));
    List<Part> all = new ArrayList<>();
    for (long i = 0; i < parts; i++) {
      all.add(
          new Part(
              fs.makeQualified(file).toString(), i * length / parts, (i + 1) * length / parts));
    }
    Broadcast<SerializableConfiguration> shared =
        context.broadcast(new SerializableConfiguration(hadoop));
    String root =
        fs.makeQualified(idRoot.isEmpty() ? new Path("/") : PathText.parse(idRoot.get()))
            .toString();
    return context
        .parallelize(all, all.size())
        .flatMap(part -> new Lines(part, shared.value().value(), root, filter, opener));
  }

  /**
   * Bytes of a list.
   *
   * @throws UsageException if there is no such file, or it is none that can be read in parts
   */
  static long length(FileSystem fs, String list) throws IOException {
    Path file = PathText.parse(list);
    FileStatus status;
    try {
      status = fs.getFileStatus(file);
    } catch (FileNotFoundException e) {
      throw new UsageException("Invalid --files-from: no file " + list, e);
    }
    boolean special =
        fs.getUri().getScheme().equals("file")
            && !Files.isRegularFile(LocalNames.path(fs.makeQualified(file).toUri().getPath()));
    if (status.isDirectory() || special) {
      throw new UsageException(
          String.format(
              "Invalid --files-from: %s is %s; give a file with one path a line",
              list, status.isDirectory() ? "a directory" : "a pipe or device"));
    }
    if (status.getLen() == 0) {
      throw new UsageException("Invalid --files-from: no path in " + list);
    }
    return status.getLen();
  }

  /** The files that a part of a list names. */
  private static final class Lines implements Iterator<ImageFile> {
    private final InputFilter filter;
    private final InputFiles opener;
    private final Path directory;
    private final Path idRoot;
    private final FSDataInputStream in;
    private final LineReader lines;
    private final Text line = new Text();
    private final long to;
    private long position;
    private ImageFile ahead;

    Lines(Part part, Configuration hadoop, String idRoot, InputFilter filter, InputFiles opener)
        throws IOException {
      Path list = new Path(part.list());
      this.filter = filter;
      this.opener = opener;
      this.directory = list.getParent();
      this.idRoot = new Path(idRoot);
      this.to = part.to();
      this.in = list.getFileSystem(hadoop).open(list);
      TaskContext.get().addTaskCompletionListener((TaskCompletionListener) ended -> close());
      in.seek(part.from());
      lines = new LineReader(in);
      position = part.from();
      if (part.from() > 0) {
        // The part before reads the line that begins before this one or at its first byte.
        position += lines.readLine(line);
      }
    }

    private void close() {
      try {
        in.close();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public boolean hasNext() {
      try {
        while (ahead == null && position <= to) {
          int read = lines.readLine(line);
          if (read == 0) {
            position = Long.MAX_VALUE;
          } else {
            position += read;
            ahead = file(LocalNames.decode(line.copyBytes(), false));
          }
        }
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
      return ahead != null;
    }

    @Override
    public ImageFile next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      ImageFile file = ahead;
      ahead = null;
      return file;
    }

    private ImageFile file(String text) {
      if (text.isBlank()) {
        return null;
      }
      String path;
      String relative;
      try {
        Path named = new Path(directory, PathText.parse(text));
        if (!filter.nameGlob().isEmpty() && !filter.takesName(named.getName())) {
          return null;
        }
        Path whole = LocalNames.typed(new Path(named.toUri().normalize()));
        path = whole.toString();
        relative = ImageIds.relative(idRoot, whole);
      } catch (IllegalArgumentException e) {
        return new ImageFile(text, text, null, null); // opening it will say that it is no path
      }
      try {
        InputFiles.Found found = opener.look(path);
        return new ImageFile(
            relative, path, Instant.ofEpochMilli(found.modifiedMillis()), found.length());
      } catch (ReadFailure e) {
        return new ImageFile(relative, path, null, null); // reading it will say why
      }
    }
  }
}
