package org.deeplabspark.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
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
import org.deeplabspark.settings.UsageException;

/**
 * {@code --files-from LIST}: one path a line, UTF-8, blank lines skipped. Executors read parts of
 * the list and look up each file's size and time; a file that is not there becomes an error row
 * later on.
 *
 * <p>Relative paths are relative to the list's directory, which is also the root of the images'
 * ids.
 */
final class FileList {

  private static final long SMALLEST_PART_BYTES = 1 << 14;
  private static final int PARTS_PER_CORE = 8;

  /** Lines that begin in [from, to), bytes. */
  private record Part(String list, long from, long to) implements Serializable {}

  private FileList() {}

  /**
   * The files of a list, under their relative paths, as often as they stand in it. A line that is
   * no path has no path.
   *
   * @throws UsageException if there is no such list, or the filter wants times, which a list does
   *     not know
   */
  static JavaRDD<ImageFile> read(SparkSession spark, String list, InputFilter filter)
      throws IOException {
    if (filter.looksAtTimes()) {
      throw new UsageException(
          "Invalid --files-from: a list says itself which files; leave modifiedAfter and modifiedBefore out");
    }
    Configuration hadoop = spark.sessionState().newHadoopConf();
    Path file = ImageListing.path(list);
    FileSystem fs = file.getFileSystem(hadoop);
    long length;
    try {
      length = fs.getFileStatus(file).getLen();
    } catch (FileNotFoundException e) {
      throw new UsageException("Invalid --files-from: no file " + list, e);
    }
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
    return context
        .parallelize(all, all.size())
        .flatMap(part -> new Lines(part, shared.value().value(), filter));
  }

  /** The files that a part of a list names. */
  private static final class Lines implements Iterator<ImageFile> {
    private final Configuration hadoop;
    private final InputFilter filter;
    private final Path root;
    private final FSDataInputStream in;
    private final LineReader lines;
    private final Text line = new Text();
    private final long to;
    private long position;
    private ImageFile ahead;

    Lines(Part part, Configuration hadoop, InputFilter filter) throws IOException {
      Path list = new Path(part.list());
      this.hadoop = hadoop;
      this.filter = filter;
      this.root = list.getParent();
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
            ahead = file(line.toString());
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
      Path path;
      try {
        path = new Path(root, ImageListing.path(text));
      } catch (IllegalArgumentException e) {
        return new ImageFile(text, null, null, null);
      }
      if (!filter.nameGlob().isEmpty() && !filter.takesName(path.getName())) {
        return null;
      }
      String relative = ImageIds.relative(root, path);
      try {
        FileStatus status = path.getFileSystem(hadoop).getFileStatus(path);
        return new ImageFile(
            relative,
            path.toString(),
            Instant.ofEpochMilli(status.getModificationTime()),
            status.getLen());
      } catch (IOException e) {
        // Reading it will say why.
        return new ImageFile(relative, path.toString(), null, null);
      }
    }
  }
}
