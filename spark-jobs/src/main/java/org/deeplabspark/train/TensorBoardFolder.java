package org.deeplabspark.train;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.io.AtomicFiles;
import org.deeplabspark.io.PathText;
import org.deeplabspark.io.StrictFiles;
import org.deeplabspark.settings.UsageException;

/**
 * The curve as TensorBoard event files in a directory of their own, on any Hadoop file system: a
 * file for each checkpoint, since object stores cannot append. TensorBoard reads them in the order
 * of their names.
 */
final class TensorBoardFolder {

  private static final Pattern NAME =
      Pattern.compile("events\\.out\\.tfevents\\.\\d+\\.deeplab\\.(\\d+)");

  private final Configuration hadoop;
  private final FileSystem fs;
  private final Path root;
  private final List<Point> points = new ArrayList<>(); // since the last file

  private record Point(double seconds, int step, Map<String, Double> scalars) {}

  private TensorBoardFolder(Configuration hadoop, FileSystem fs, Path root) {
    this.hadoop = hadoop;
    this.fs = fs;
    this.root = root;
  }

  /** Looks at a place without writing anything. */
  static TensorBoardFolder at(Configuration hadoop, String place) throws IOException {
    Path path = PathText.parse(place);
    FileSystem found = path.getFileSystem(hadoop);
    // Without the checksum files that Hadoop puts beside what it writes to a local disk.
    FileSystem fs = found instanceof LocalFileSystem local ? local.getRawFileSystem() : found;
    return new TensorBoardFolder(hadoop, fs, fs.makeQualified(path));
  }

  /**
   * Begins anew.
   *
   * @throws UsageException if a training's events are there
   */
  void begin() throws IOException {
    if (!files().isEmpty()) {
      throw new UsageException(
          String.format(
              "Invalid --tensorboard: %s holds the events of another training; give a new"
                  + " directory, or delete them",
              root));
    }
  }

  /** Takes away what came after the step that a training goes on from. */
  void cutBack(int step) throws IOException {
    for (Path file : files()) {
      if (step(file) > step) {
        StrictFiles.delete(fs, file);
      }
    }
  }

  /** Notes a row of the curve. */
  void add(TrainProgress progress, Validation validation) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    scalars.put("loss/cross_entropy", progress.loss());
    scalars.put("loss/l2_penalty", progress.penalty());
    scalars.put("training/learning_rate", progress.rate());
    scalars.put("training/images_per_second", progress.imagesPerSecond());
    scalars.put("training/epoch", progress.epochs());
    if (validation != null) {
      scalars.put("validation/mean_iou", validation.meanIou());
      validation
          .classIou()
          .forEach(
              (name, iou) -> {
                if (iou != null) {
                  scalars.put("validation_iou/" + name, iou);
                }
              });
    }
    points.add(new Point(now(), progress.done(), scalars));
  }

  /** Writes a file of what was noted since the last one. */
  void write(int step) throws IOException {
    if (points.isEmpty()) {
      return;
    }
    EventFile events = new EventFile(points.get(0).seconds());
    points.forEach(point -> events.add(point.seconds(), point.step(), point.scalars()));
    Path staged = new Path(root, "_new");
    StrictFiles.mkdirs(fs, root);
    try (OutputStream out = fs.create(staged, true)) {
      out.write(events.bytes());
    }
    String name =
        String.format(
            Locale.ROOT,
            "events.out.tfevents.%010d.deeplab.%08d",
            (long) points.get(0).seconds(),
            step);
    new AtomicFiles(fs, hadoop).move(staged, new Path(root, name));
    points.clear();
  }

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    if (fs.exists(root)) {
      for (FileStatus file : fs.listStatus(root)) {
        if (NAME.matcher(file.getPath().getName()).matches()) {
          files.add(file.getPath());
        }
      }
    }
    return files;
  }

  private static long step(Path file) {
    Matcher matcher = NAME.matcher(file.getName());
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
  }

  private static double now() {
    return System.currentTimeMillis() / 1e3;
  }
}
