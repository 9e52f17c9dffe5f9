package org.deeplabspark.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.metric.Interval;
import org.deeplabspark.model.Model;
import org.deeplabspark.pass.Versions;

/** {@code summary.json} of a sweep: ratios in 0..1, null where undefined. */
final class SweepSummary {

  private static final ObjectMapper JSON = new ObjectMapper();

  private SweepSummary() {}

  static String json(SweepResult result, String settings, Model model, SparkSession spark) {
    SweepRequest request = result.request();
    ObjectNode summary = JSON.createObjectNode();
    summary.put("run_id", result.runId());
    summary.put("command", "sweep-crf");
    summary.put("convention", request.convention().name().toLowerCase(Locale.ROOT));
    summary.put("grid", request.grid());
    summary.put("refinements", request.refinements());
    summary.put("tried", result.standings().size());
    put(summary.putObject("best"), result.best(), result);
    put(summary.putObject("runner_up"), result.second(), result);
    put(summary.putObject("baseline"), result.baseline(), result);
    ObjectNode lead = summary.putObject("lead_over_runner_up");
    ratio(lead, "gain", result.best().meanIou() - result.second().meanIou());
    interval(lead, "interval", result.lead());
    summary.put("best_beats_baseline", result.best().gain().low() > 0);
    ObjectNode counts = summary.putObject("counts");
    counts.put("images", result.images());
    counts.put("without_truth", result.images() - result.pairs());
    counts.put("counted", result.pairs() - result.errors().size());
    counts.put("errors", result.errors().size());
    ObjectNode timings = summary.putObject("timings");
    timings.put("seconds", result.seconds());
    result.taskSeconds().forEach(timings::put);
    summary.set("inputs", JSON.valueToTree(request.inputs()));
    summary.put("truth", request.truth().place());
    ObjectNode network = summary.putObject("model");
    network.put("path", request.model());
    network.put("name", model.card().name());
    network.put("digest", model.digest());
    summary.set("versions", JSON.valueToTree(Versions.all(spark)));
    try {
      summary.set("settings", JSON.readTree(settings));
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(summary) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void put(ObjectNode node, SettingScore standing, SweepResult result) {
    node.put("setting_id", standing.setting().id());
    node.put("setting", standing.setting().variant().words());
    ratio(node, "mIoU", standing.meanIou());
    interval(node, "mIoU_interval", standing.interval());
    ratio(node, "gain", standing.meanIou() - result.baseline().meanIou());
    interval(node, "gain_interval", standing.gain());
    ratio(node, "pixel_accuracy", standing.pixelAccuracy());
  }

  private static void interval(ObjectNode node, String name, Interval interval) {
    if (!interval.defined()) {
      node.putNull(name);
      return;
    }
    ArrayNode ends = node.putArray(name);
    ends.add(interval.low());
    ends.add(interval.high());
  }

  private static void ratio(ObjectNode node, String name, double value) {
    node.put(name, Double.isNaN(value) ? null : value);
  }
}
