package org.deeplabspark.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.io.HadoopBytes;
import org.deeplabspark.pass.StageReport;
import org.deeplabspark.settings.UsageException;

/**
 * What the records in {@code _runs} say of the runs that made the masks in a table. Runs that made
 * none of them, such as those that found nothing to do, are not looked at.
 *
 * @param newest record of the newest of them that left one
 * @param makers how many runs made the masks
 * @param ended records of those that ended and so left their times
 * @param otherwise masks that another model or other settings made than the newest run's
 */
record RunFacts(JsonNode newest, int makers, List<JsonNode> ended, long otherwise) {

  private static final String ENDED = ".json";
  private static final String STARTED = ".started";

  /**
   * A run as its masks tell it.
   *
   * @param id of the run
   * @param key digests of its model and settings
   * @param masks that it made and that stand
   */
  record Maker(String id, String key, long masks) {}

  /**
   * Reads the records.
   *
   * @param output directory of {@code segment}
   * @param makers of all masks
   * @param option that named the output
   * @throws UsageException if a record is damaged
   */
  static Optional<RunFacts> of(FileSystem fs, Path output, List<Maker> makers, String option)
      throws IOException {
    Path runs = new Path(output, "_runs");
    if (!fs.exists(runs)) {
      return Optional.empty();
    }
    Map<String, Path> files = new TreeMap<>();
    for (FileStatus status : fs.listStatus(runs)) {
      files.put(status.getPath().getName(), status.getPath());
    }
    Maker newest = null;
    JsonNode record = null;
    List<JsonNode> ended = new ArrayList<>();
    for (Maker maker : makers) {
      Path end = files.get(maker.id() + ENDED);
      Path file = end == null ? files.get(maker.id() + STARTED) : end;
      if (file == null) {
        continue;
      }
      JsonNode found = read(fs, file, option);
      if (end != null) {
        ended.add(found);
      }
      if (newest == null || maker.id().compareTo(newest.id()) > 0) {
        newest = maker;
        record = found;
      }
    }
    if (newest == null) {
      return Optional.empty();
    }
    String key = newest.key();
    long otherwise =
        makers.stream().filter(m -> !m.key().equals(key)).mapToLong(Maker::masks).sum();
    return Optional.of(new RunFacts(record, makers.size(), ended, otherwise));
  }

  private static JsonNode read(FileSystem fs, Path file, String option) throws IOException {
    try {
      return new ObjectMapper().readTree(HadoopBytes.read(fs, file));
    } catch (JsonProcessingException e) {
      throw new UsageException(
          "Invalid " + option + ": the run's record " + file + " is damaged; remove it", e);
    }
  }

  /** Where the time of the runs went that left their times. */
  StageReport times() {
    return StageReport.ofRecords(ended);
  }

  /** One value of the newest record as text; empty where it is not there. */
  String text(String pointer) {
    JsonNode node = newest.at(pointer);
    return node.isMissingNode() || node.isNull() ? "" : node.asText();
  }

  /** The newest run's settings as {@code key: value}, sorted. */
  Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    collect("", newest.path("settings"), settings);
    return settings;
  }

  private static void collect(String prefix, JsonNode node, Map<String, String> settings) {
    node.fields()
        .forEachRemaining(
            entry -> {
              if (entry.getValue().isObject()) {
                collect(prefix + entry.getKey() + ".", entry.getValue(), settings);
              } else {
                settings.put(prefix + entry.getKey(), entry.getValue().asText());
              }
            });
  }
}
