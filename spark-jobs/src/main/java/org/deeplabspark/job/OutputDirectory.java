package org.deeplabspark.job;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.AtomicFiles;
import org.deeplabspark.source.HadoopBytes;
import org.deeplabspark.source.ParquetFiles;

/**
 * A directory that holds tables of ours and nothing else. What a run writes grows in {@code
 * _staging/RUN_ID}, which readers do not see, and is renamed into place file by file: a reader
 * meets whole files or none, and what a killed run leaves in its staging directory is nobody's.
 */
public final class OutputDirectory {

  /** Empty file: no run is under way, and the last one came to its end. */
  static final String SUCCESS = "_SUCCESS";

  private static final String RUNS = "_runs";
  private static final String STAGING = "_staging";

  /** What the jobs write; metrics may stand beside the masks they were counted from. */
  private static final Set<String> OURS =
      Set.of(
          "masks",
          "errors",
          "per_image",
          "per_class",
          "confusion",
          "boundary",
          "slices",
          "slice_classes",
          "uncompared",
          "summary.json",
          "settings",
          "best.conf",
          "changes",
          "class_changes",
          SUCCESS,
          RUNS,
          STAGING);

  private final FileSystem fs;
  private final AtomicFiles files;
  private final Path root;
  private final String runId;

  private OutputDirectory(FileSystem fs, AtomicFiles files, Path root, String runId) {
    this.fs = fs;
    this.files = files;
    this.root = root;
    this.runId = runId;
  }

  /**
   * Looks at a directory without writing anything.
   *
   * @throws UsageException if it is a file or holds anything that is not a table of ours
   */
  public static OutputDirectory open(Configuration hadoop, String output, String runId)
      throws IOException {
    Path path = new Path(output);
    FileSystem fs = path.getFileSystem(hadoop);
    Path root = fs.makeQualified(path);
    if (fs.exists(root)) {
      if (!fs.getFileStatus(root).isDirectory()) {
        throw new UsageException("Invalid --output: " + output + " is a file");
      }
      for (FileStatus status : fs.listStatus(root)) {
        String name = status.getPath().getName();
        if (!OURS.contains(name) && !name.startsWith(".")) {
          throw new UsageException(
              String.format(
                  "Invalid --output: %s holds other files (%s); give an empty or a new directory",
                  output, name));
        }
      }
    }
    return new OutputDirectory(fs, new AtomicFiles(fs, hadoop), root, runId);
  }

  /** Name of the run that writes. */
  public String runId() {
    return runId;
  }

  /** The file system it is on. */
  FileSystem fileSystem() {
    return fs;
  }

  /** The directory itself. */
  Path root() {
    return root;
  }

  /** Where a table stands. */
  public Path path(String table) {
    return new Path(root, table);
  }

  /** Whether a table holds a file of rows. */
  public boolean hasRows(String table) throws IOException {
    return ParquetFiles.existIn(fs, path(table));
  }

  /** Where this run's part of a table grows. */
  public Path staged(String table) {
    return new Path(new Path(path(STAGING), runId), table);
  }

  /** Adds a staged table's files to a directory of the output, named by this run. */
  public void publish(String table, String directory) throws IOException {
    publish(staged(table), directory, runId);
  }

  /** Adds the files of rows in a directory to one of the output, under names of this beginning. */
  void publish(Path from, String directory, String name) throws IOException {
    Path target = path(directory);
    fs.mkdirs(target);
    int part = 0;
    for (FileStatus status : fs.listStatus(from)) {
      if (ParquetFiles.is(status)) {
        Path to = new Path(target, String.format("%s-%05d.parquet", name, part++));
        files.move(status.getPath(), to);
      }
    }
  }

  /** Puts a staged table in the place of one of the same name. */
  public void replace(String table) throws IOException {
    fs.delete(path(table), true);
    publish(table, table);
  }

  /**
   * Puts the one file of rows in a directory in the place of a file: whoever opens that meets the
   * old one or the new one.
   */
  void exchange(Path from, Path file) throws IOException {
    for (FileStatus status : fs.listStatus(from)) {
      if (ParquetFiles.is(status)) {
        files.move(status.getPath(), file);
      }
    }
  }

  /** Writes a text in one step: a reader meets the old one, none, or all of the new one. */
  public void writeText(String name, String text) throws IOException {
    Path staged = staged(new Path(name).getName());
    try (FSDataOutputStream out = fs.create(staged, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    Path target = path(name);
    fs.mkdirs(target.getParent());
    files.move(staged, target);
  }

  /** Makes a file unless there is one of that name; says whether it did. */
  boolean create(String name, String text) throws IOException {
    fs.mkdirs(path(name).getParent());
    return files.create(path(name), text.getBytes(StandardCharsets.UTF_8));
  }

  /** Removes a file or a table, if it is there. */
  public void delete(String name) throws IOException {
    fs.delete(path(name), true);
  }

  /** What a file says; empty where there is none. */
  Optional<String> text(String name) throws IOException {
    try {
      return Optional.of(new String(HadoopBytes.read(fs, path(name)), StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** When a file was last written, by the file system's clock; empty where there is none. */
  Optional<Instant> modified(String name) throws IOException {
    try {
      return Optional.of(Instant.ofEpochMilli(fs.getFileStatus(path(name)).getModificationTime()));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** The moment it is by the file system's clock. */
  Instant now() throws IOException {
    Path probe = staged("now");
    fs.create(probe, true).close();
    return Instant.ofEpochMilli(fs.getFileStatus(probe).getModificationTime());
  }

  /** Texts of the files in {@code _runs} with one of these endings, by name. */
  SortedMap<String, String> runs(String... endings) throws IOException {
    SortedMap<String, String> texts = new TreeMap<>();
    if (fs.exists(path(RUNS))) {
      for (FileStatus status : fs.listStatus(path(RUNS))) {
        String name = status.getPath().getName();
        if (Arrays.stream(endings).anyMatch(name::endsWith)) {
          text(RUNS + "/" + name).ifPresent(text -> texts.put(name, text));
        }
      }
    }
    return texts;
  }

  /** Removes what a run staged. */
  void deleteStaging(String run) throws IOException {
    fs.delete(new Path(path(STAGING), run), true);
  }

  /** Removes what this run staged; staging directories of other runs may still be in use. */
  public void deleteStaging() throws IOException {
    deleteStaging(runId);
    deleteIfEmpty(path(STAGING));
  }

  /** Removes the directories that a run made which then had nothing to write. */
  void deleteIfEmpty() throws IOException {
    deleteIfEmpty(path(RUNS));
    deleteIfEmpty(root);
  }

  private void deleteIfEmpty(Path directory) throws IOException {
    if (fs.exists(directory) && fs.listStatus(directory).length == 0) {
      fs.delete(directory, false);
    }
  }
}
