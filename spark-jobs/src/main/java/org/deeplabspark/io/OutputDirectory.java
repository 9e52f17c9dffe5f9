package org.deeplabspark.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.settings.UsageException;

/**
 * A directory that holds tables of ours and nothing else. What a run writes grows in {@code
 * _staging/RUN_ID}, which readers do not see, and is renamed into place file by file: a reader
 * meets whole files or none, and what a killed run has finished there is published by the next.
 */
public final class OutputDirectory {

  /** Empty file: no run is under way, and the last one came to its end. */
  public static final String SUCCESS = "_SUCCESS";

  private static final String RUNS = "_runs";
  private static final String STAGING = "_staging";
  private static final String SUMMARY = "summary.json";

  /** A command that writes to directories of its own, and what is in them. */
  public enum Owner {
    /** {@code segment}, and {@code plan}, which writes nothing. */
    SEGMENT("segment", "masks", "errors", SUCCESS, RUNS),
    /** {@code evaluate}. */
    EVALUATE(
        "evaluate",
        "per_image",
        "per_class",
        "confusion",
        "boundary",
        "slices",
        "slice_classes",
        "uncompared",
        SUMMARY),
    /** {@code sweep-crf}. */
    SWEEP("sweep-crf", "per_image", "per_class", "errors", "settings", "best.conf", SUMMARY),
    /** {@code diff}. */
    DIFF("diff", "changes", "class_changes", "per_class", SUMMARY);

    private final String command;

    @SuppressWarnings("ImmutableEnumChecker") // of Set.of
    private final Set<String> names;

    Owner(String command, String... names) {
      this.command = command;
      this.names = Set.of(names);
    }
  }

  /** Those that {@code segment} writes to, so that a file of such a name is in its way. */
  private static final Set<String> DIRECTORIES = Set.of("masks", "errors", RUNS, STAGING);

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
   * @param owner command that writes
   * @throws UsageException if it is a file or holds anything that the command does not write
   */
  public static OutputDirectory open(Configuration hadoop, String output, String runId, Owner owner)
      throws IOException {
    Path path = PathText.parse(output);
    FileSystem fs = path.getFileSystem(hadoop);
    Path root = fs.makeQualified(path);
    if (fs.exists(root)) {
      if (!fs.getFileStatus(root).isDirectory()) {
        throw new UsageException("Invalid --output: " + output + " is a file");
      }
      // Earlier versions let metrics stand beside the masks: those outputs still grow.
      boolean grown = owner == Owner.SEGMENT && fs.exists(new Path(root, RUNS));
      for (FileStatus status : fs.listStatus(root)) {
        String name = status.getPath().getName();
        if (DIRECTORIES.contains(name) && !status.isDirectory()) {
          throw new UsageException(
              String.format(
                  "Invalid --output: %s is not a directory; remove it", status.getPath()));
        }
        if (!owner.names.contains(name)
            && !(grown && Owner.EVALUATE.names.contains(name))
            && !name.equals(STAGING)
            && !name.startsWith(".")) {
          throw new UsageException(refusal(output, name));
        }
      }
    }
    return new OutputDirectory(fs, new AtomicFiles(fs, hadoop), root, runId);
  }

  /**
   * Refuses an output of one of the commands above to one that puts directories of its own there.
   *
   * @throws UsageException if it is one
   */
  public static void refuseOutput(Configuration hadoop, String output) throws IOException {
    Path directory = PathText.parse(output);
    FileSystem fs = directory.getFileSystem(hadoop);
    for (String name : List.of(RUNS, SUMMARY)) {
      if (fs.exists(new Path(directory, name))) {
        throw new UsageException(refusal(output, name));
      }
    }
  }

  private static String refusal(String output, String name) {
    String owners =
        Arrays.stream(Owner.values())
            .filter(owner -> owner.names.contains(name))
            .map(owner -> owner.command)
            .collect(Collectors.joining(" or "));
    return String.format(
        "Invalid --output: %s %s (%s); give an empty or a new directory",
        output, owners.isEmpty() ? "holds other files" : "is an output of " + owners, name);
  }

  /** Name of the run that writes. */
  public String runId() {
    return runId;
  }

  /** The file system it is on. */
  public FileSystem fileSystem() {
    return fs;
  }

  /** The directory itself. */
  public Path root() {
    return root;
  }

  /** Where a table stands. */
  public Path path(String table) {
    return new Path(root, table);
  }

  /** A file's path below this directory. */
  public String relative(Path file) {
    String path = fs.makeQualified(file).toUri().getPath();
    String above = root.toUri().getPath() + Path.SEPARATOR;
    if (!path.startsWith(above)) {
      throw new IllegalArgumentException("Invalid file: " + file + " is not in " + root);
    }
    return path.substring(above.length());
  }

  /** Whether a table holds a file of rows. */
  public boolean hasRows(String table) throws IOException {
    return ParquetFiles.existIn(fs, path(table));
  }

  /** Where this run's part of a table grows. */
  public Path staged(String table) {
    return new Path(staging(runId), table);
  }

  /** Where a run's files grow. */
  public Path staging(String run) {
    return new Path(path(STAGING), run);
  }

  /** Adds a staged table's files to a directory of the output, named by this run. */
  public void publish(String table, String directory) throws IOException {
    publish(staged(table), directory, runId);
  }

  /** Adds the files of rows in a directory to one of the output, under names of this beginning. */
  public void publish(Path from, String directory, String name) throws IOException {
    Path target = path(directory);
    StrictFiles.mkdirs(fs, target);
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
    delete(table);
    publish(table, table);
  }

  /**
   * Puts the one file of rows in a directory in the place of a file: whoever opens that meets the
   * old one or the new one.
   */
  public void exchange(Path from, Path file) throws IOException {
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
    StrictFiles.mkdirs(fs, target.getParent());
    files.move(staged, target);
  }

  /** Whether there is a directory of a name that a file should have. */
  boolean isDirectory(String name) throws IOException {
    return fs.exists(path(name)) && fs.getFileStatus(path(name)).isDirectory();
  }

  /** Makes a file unless there is one of that name; says whether it did. */
  boolean create(String name, String text) throws IOException {
    StrictFiles.mkdirs(fs, path(name).getParent());
    return files.create(path(name), text.getBytes(StandardCharsets.UTF_8));
  }

  /** Removes a file or a table, if it is there. */
  public void delete(String name) throws IOException {
    StrictFiles.delete(fs, path(name));
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

  /**
   * Texts of the records in {@code _runs} with one of these endings, by name; files that do not
   * bear the id of a run are none.
   */
  public SortedMap<String, String> runs(String... endings) throws IOException {
    SortedMap<String, String> texts = new TreeMap<>();
    for (String ending : endings) {
      for (String run : runIds(ending)) {
        String name = run + ending;
        text(RUNS + "/" + name).ifPresent(text -> texts.put(name, text));
      }
    }
    return texts;
  }

  /** Ids of the runs with a record of this ending, in the order in which they began. */
  public SortedSet<String> runIds(String ending) throws IOException {
    SortedSet<String> ids = new TreeSet<>();
    if (fs.exists(path(RUNS))) {
      for (FileStatus status : fs.listStatus(path(RUNS))) {
        String name = status.getPath().getName();
        if (name.endsWith(ending)) {
          String id = name.substring(0, name.length() - ending.length());
          // What is not named so is not ours: "...started" would name the directory above.
          if (RunIds.matches(id)) {
            ids.add(id);
          }
        }
      }
    }
    return ids;
  }

  /** Removes what a run staged. */
  public void deleteStaging(String run) throws IOException {
    StrictFiles.delete(fs, staging(run));
  }

  /** Removes what this run staged; staging directories of other runs may still be in use. */
  public void deleteStaging() throws IOException {
    deleteStaging(runId);
    deleteIfEmpty(path(STAGING));
  }

  /** Removes the directories that a run made which then had nothing to write. */
  public void deleteIfEmpty() throws IOException {
    deleteIfEmpty(path(RUNS));
    deleteIfEmpty(root);
  }

  private void deleteIfEmpty(Path directory) throws IOException {
    if (fs.exists(directory) && fs.listStatus(directory).length == 0) {
      // Not with what is below: another command may just have come. An empty directory may stay.
      fs.delete(directory, false);
    }
  }
}
