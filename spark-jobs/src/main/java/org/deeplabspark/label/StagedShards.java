package org.deeplabspark.label;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.io.ParquetFiles;
import org.deeplabspark.io.StrictFiles;

/**
 * The finished shards in a run's staging directory: files of {@code StagedRow}s that tasks left
 * whole and that are not published yet. They lie in {@code rows-FIRST}, where a job left them, or
 * in {@code commit-NNNN/shards}, where an attempt to publish them has failed. One thread at a time.
 */
final class StagedShards {

  private static final String SHARDS = "shards";
  private static final Pattern ATTEMPT = Pattern.compile("commit-(\\d+)");
  private static final Pattern JOB = Pattern.compile("rows-\\d+");

  private final FileSystem fs;
  private final Path staging;
  private final Set<String> published = new HashSet<>();
  private int attempts;

  /**
   * What is gathered for one attempt to publish.
   *
   * @param place directory of the attempt
   * @param number of the attempt, never given twice
   * @param files shards, at least one
   * @param bytes of them
   */
  record Batch(Path place, int number, List<String> files, long bytes) {

    Path shards() {
      return new Path(place, SHARDS);
    }
  }

  /** Looks at nothing yet. */
  StagedShards(FileSystem fs, Path staging) {
    this.fs = fs;
    this.staging = staging;
  }

  /** Where a job leaves its shards. */
  static String job(int firstShard) {
    return "rows-" + firstShard;
  }

  /** All that is not published yet. */
  List<FileStatus> finished() throws IOException {
    List<FileStatus> shards = new ArrayList<>();
    for (FileStatus entry : list(staging)) {
      Matcher attempt = ATTEMPT.matcher(entry.getPath().getName());
      if (attempt.matches()) {
        attempts = Math.max(attempts, Integer.parseInt(attempt.group(1)) + 1);
        shards.addAll(shardsIn(new Path(entry.getPath(), SHARDS)));
      } else if (JOB.matcher(entry.getPath().getName()).matches()) {
        shards.addAll(shardsIn(entry.getPath()));
      }
    }
    shards.sort(Comparator.comparing(FileStatus::getPath));
    return shards;
  }

  private List<FileStatus> shardsIn(Path directory) throws IOException {
    List<FileStatus> shards = new ArrayList<>();
    for (FileStatus status : list(directory)) {
      if (ParquetFiles.is(status) && !published.contains(status.getPath().getName())) {
        shards.add(status);
      }
    }
    return shards;
  }

  /**
   * Moves all of it to a new directory. A task whose result got lost may leave its file a second
   * time, under the same name: that one stays where it is.
   */
  Batch gather() throws IOException {
    List<FileStatus> found = finished();
    int number = attempts++;
    Batch batch =
        new Batch(
            new Path(staging, String.format("commit-%04d", number)),
            number,
            new ArrayList<>(),
            found.stream().mapToLong(FileStatus::getLen).sum());
    Set<String> names = new HashSet<>();
    for (FileStatus shard : found) {
      String name = shard.getPath().getName();
      if (names.add(name)) {
        StrictFiles.mkdirs(fs, batch.shards());
        StrictFiles.rename(fs, shard.getPath(), new Path(batch.shards(), name));
        batch.files().add(name);
      }
    }
    return batch;
  }

  /** Directories of earlier attempts, whose shards {@link #gather} has moved on. */
  List<Path> earlier(Batch batch) throws IOException {
    List<Path> places = new ArrayList<>();
    for (FileStatus entry : list(staging)) {
      String name = entry.getPath().getName();
      if (ATTEMPT.matcher(name).matches() && !name.equals(batch.place().getName())) {
        places.add(entry.getPath());
      }
    }
    return places;
  }

  /** Forgets shards that are published; their directory may stay until the run ends. */
  void published(Batch batch) {
    published.addAll(batch.files());
  }

  private FileStatus[] list(Path directory) throws IOException {
    try {
      return fs.listStatus(directory);
    } catch (FileNotFoundException e) {
      return new FileStatus[0]; // no task has ended yet
    }
  }
}
