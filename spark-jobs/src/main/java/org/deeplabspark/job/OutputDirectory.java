package org.deeplabspark.job;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.HadoopBytes;
import org.deeplabspark.source.ParquetFiles;

/**
 * A directory that holds tables of ours and nothing else. What a run writes grows in {@code
 * _staging/RUN_ID}, which readers do not see, and is renamed into place file by file: a reader
 * meets whole files or none, and a killed run leaves a staging directory and no more.
 */
public final class OutputDirectory {

  private static final String STAGING = "_staging";

  /** What the jobs write; metrics may stand beside the masks they were counted from. */
  private static final Set<String> OURS =
      Set.of(
          "masks",
          "errors",
          "per_image",
          "per_class",
          "confusion",
          "summary.json",
          "settings",
          "best.conf",
          "changes",
          "class_changes",
          "_runs",
          STAGING);

  private final FileSystem fs;
  private final Path root;
  private final String runId;

  private OutputDirectory(FileSystem fs, Path root, String runId) {
    this.fs = fs;
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
    return new OutputDirectory(fs, root, runId);
  }

  /** Name of the run that writes. */
  public String runId() {
    return runId;
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
    Path target = path(directory);
    fs.mkdirs(target);
    int part = 0;
    for (FileStatus status : fs.listStatus(staged(table))) {
      if (ParquetFiles.is(status)) {
        rename(status.getPath(), new Path(target, String.format("%s-%05d.parquet", runId, part++)));
      }
    }
  }

  /** Puts a staged table in the place of one of the same name. */
  public void replace(String table) throws IOException {
    fs.delete(path(table), true);
    publish(table, table);
  }

  /** Writes a text in one step: a reader meets the old one, none, or all of the new one. */
  public void writeText(String name, String text) throws IOException {
    Path staged = staged(new Path(name).getName());
    try (FSDataOutputStream out = fs.create(staged, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    Path target = path(name);
    fs.mkdirs(target.getParent());
    fs.delete(target, false);
    rename(staged, target);
  }

  private void rename(Path from, Path to) throws IOException {
    if (!fs.rename(from, to)) {
      throw new IOException("Cannot rename " + from + " to " + to);
    }
  }

  /** Texts of the files in a directory of the output, in any order. */
  public List<String> texts(String directory) throws IOException {
    List<String> texts = new ArrayList<>();
    if (fs.exists(path(directory))) {
      for (FileStatus status : fs.listStatus(path(directory))) {
        if (status.getPath().getName().endsWith(".json")) {
          texts.add(new String(HadoopBytes.read(fs, status.getPath()), StandardCharsets.UTF_8));
        }
      }
    }
    return texts;
  }

  /** Removes what this run staged; staging directories of other runs may still be in use. */
  public void deleteStaging() throws IOException {
    fs.delete(staged("x").getParent(), true);
    if (fs.exists(path(STAGING)) && fs.listStatus(path(STAGING)).length == 0) {
      fs.delete(path(STAGING), false);
    }
  }
}
