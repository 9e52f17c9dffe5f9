package org.deeplabspark.label;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplabspark.model.Model;
import org.deeplabspark.pass.StageReport;
import org.deeplabspark.settings.LabelSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code _runs/RUN_ID.json}: what a run was asked, with what it worked, and what came out. Written
 * last; until then, and for ever where the run was killed, {@code _runs/RUN_ID.started} says what
 * it was asked.
 */
final class RunRecord {

  /** Ending of the records of runs that ended. */
  static final String ENDED = ".json";

  /** Ending of the records of runs that have not, or never will. */
  static final String STARTED = ".started";

  private static final Logger LOG = LoggerFactory.getLogger(RunRecord.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What decides whether an earlier result stands.
   *
   * @param modelDigest of card and weights
   * @param configDigest of the settings that masks depend on
   * @param limits {@code image.*}, as JSON: an image that was too large may not be any more
   */
  record Key(String modelDigest, String configDigest, String limits) implements Serializable {

    static Key of(Model model, LabelSettings settings) {
      return new Key(
          model.digest(), settings.digest(), parse(settings.json()).path("image").toString());
    }
  }

  private RunRecord() {}

  /**
   * Ids of the runs among these records that had the same key, ended or not. A record that cannot
   * be read, after a power cut say, is none.
   *
   * @param records texts by name
   */
  static List<String> runsLike(Map<String, String> records, Key key) {
    List<String> ids = new ArrayList<>();
    for (Map.Entry<String, String> record : records.entrySet()) {
      JsonNode run = JSON.missingNode();
      try {
        run = JSON.readTree(record.getValue());
      } catch (JsonProcessingException e) {
        LOG.warn("_runs/{} is damaged and left out: {}", record.getKey(), e.getOriginalMessage());
      }
      if (run.path("model").path("digest").asText().equals(key.modelDigest())
          && run.path("config_digest").asText().equals(key.configDigest())
          && run.path("settings").path("image").toString().equals(key.limits())) {
        ids.add(run.path("run_id").asText());
      }
    }
    return ids;
  }

  /** The record of a run that begins: what it was asked and with what it works. */
  static ObjectNode begun(
      String runId,
      SegmentRequest request,
      LabelSettings settings,
      Model model,
      Key key,
      Map<String, String> versions,
      Instant started) {
    ObjectNode run = JSON.createObjectNode();
    run.put("run_id", runId);
    run.put("command", "segment");
    run.put("started", started.toString());
    run.put("run_date", request.runDate().toString());
    run.set("inputs", JSON.valueToTree(request.inputs()));
    run.put("files_from", request.filesFrom().orElse(null));
    run.put("output", request.output());
    ObjectNode network = run.putObject("model");
    network.put("path", request.model());
    network.put("name", model.card().name());
    network.put("digest", key.modelDigest());
    network.put("weights_digest", model.card().weightsDigest());
    run.put("config_digest", key.configDigest());
    run.set("settings", parse(settings.json()));
    run.set("versions", JSON.valueToTree(versions));
    return run;
  }

  /** The same of a run that has ended. */
  static ObjectNode ended(ObjectNode begun, SegmentOutcome outcome, StageReport report) {
    ObjectNode run = begun.deepCopy();
    run.put("finished", Instant.now().toString());
    ObjectNode counts = run.putObject("counts");
    counts.put("images", outcome.images());
    counts.put("masks", outcome.masks());
    counts.put("errors", outcome.errors());
    counts.put("done_already", outcome.unchanged());
    report.addTo(run.putObject("timings"), run.putArray("executors"));
    return run;
  }

  /** A record as a file. */
  static String text(ObjectNode run) {
    return run.toPrettyString() + "\n";
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Invalid settings: " + e.getOriginalMessage(), e);
    }
  }
}
