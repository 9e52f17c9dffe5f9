package org.deeplabspark.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.source.HadoopBytes;

/**
 * What a run's record says: {@code _runs/RUN_ID.json}, of the latest run.
 *
 * @param run the record
 */
record RunFacts(JsonNode run) {

  private static final String SECONDS = "_task_seconds";

  static Optional<RunFacts> latest(FileSystem fs, String predictions) throws IOException {
    Path runs = new Path(predictions, "_runs");
    if (!fs.exists(runs)) {
      return Optional.empty();
    }
    Path latest = null;
    for (FileStatus status : fs.listStatus(runs)) {
      String name = status.getPath().getName();
      if (name.endsWith(".json") && (latest == null || name.compareTo(latest.getName()) > 0)) {
        latest = status.getPath();
      }
    }
    return latest == null
        ? Optional.empty()
        : Optional.of(new RunFacts(new ObjectMapper().readTree(HadoopBytes.read(fs, latest))));
  }

  /** Seconds of all tasks together by stage, in the record's order. */
  Map<String, Double> stageSeconds() {
    Map<String, Double> stages = new LinkedHashMap<>();
    run.path("timings")
        .fields()
        .forEachRemaining(
            entry -> {
              if (entry.getKey().endsWith(SECONDS)) {
                String stage =
                    entry.getKey().substring(0, entry.getKey().length() - SECONDS.length());
                stages.put(stage, entry.getValue().asDouble());
              }
            });
    return stages;
  }

  /** One value of the record as text; empty where it is not there. */
  String text(String pointer) {
    JsonNode node = run.at(pointer);
    return node.isMissingNode() || node.isNull() ? "" : node.asText();
  }

  /** The settings as {@code key: value}, sorted. */
  Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    collect("", run.path("settings"), settings);
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
