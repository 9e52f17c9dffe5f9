package org.deeplabspark.diff;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.deeplabspark.metric.Interval;
import org.deeplabspark.table.Ratios;

/** {@code summary.json} of a comparison: ratios in 0..1, null where undefined. */
final class DiffSummary {

  private static final ObjectMapper JSON = new ObjectMapper();

  private DiffSummary() {}

  static String json(DiffResult result) {
    DiffRequest request = result.request();
    ObjectNode summary = JSON.createObjectNode();
    summary.put("command", "diff");
    summary.put("old", request.before());
    summary.put("new", request.after());
    summary.put("images", result.images());
    summary.put("images_not_compared", result.uncompared().map(u -> u.images()).orElse(0L));
    summary.put("pixels", result.pixels());
    summary.put("changed", result.changed());
    summary.put("changed_fraction", result.changedFraction());
    summary.put("only_in_old", result.onlyBefore().count());
    summary.put("only_in_new", result.onlyAfter().count());
    if (request.maxChanged().isPresent()) {
      summary.put("max_changed", request.maxChanged().getAsDouble());
      summary.put("holds", result.holds());
    }
    result.gains().ifPresent(gains -> gains(summary, request, gains));
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(summary) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void gains(ObjectNode summary, DiffRequest request, DiffResult.Gains gains) {
    ObjectNode node = summary.putObject("mIoU");
    double before = gains.before(request.convention());
    double after = gains.after(request.convention());
    Interval delta = gains.delta().meanIou().get(request.convention());
    node.put("convention", request.convention().name().toLowerCase(Locale.ROOT));
    node.put("images", gains.images());
    node.put("old", Ratios.orNull(before));
    node.put("new", Ratios.orNull(after));
    node.put("delta", Ratios.orNull(after - before));
    node.put("delta_low", Ratios.orNull(delta.low()));
    node.put("delta_high", Ratios.orNull(delta.high()));
    summary.put("truth", request.truth().orElseThrow().place());
  }
}
