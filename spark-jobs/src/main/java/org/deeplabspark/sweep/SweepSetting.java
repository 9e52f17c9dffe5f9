package org.deeplabspark.sweep;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.pass.PipelineSettings;
import org.deeplabspark.settings.Settings;

/**
 * One candidate.
 *
 * @param id its {@code setting_id}
 * @param kind where it comes from
 * @param round of the search: 0 for the grid as given, then finer ones
 * @param settings all of them, this candidate's laid over the others
 */
record SweepSetting(int id, Kind kind, int round, Settings settings) {

  /** Where candidates come from. */
  enum Kind {
    /** The network's own labels. */
    OFF,
    /** The settings as they are without the grid: what there is to beat. */
    BASELINE,
    /** A point of a grid. */
    GRID
  }

  private static final List<String> WEIGHTS =
      List.of(
          "crf.gaussian.weight",
          "crf.gaussian.xy-std",
          "crf.bilateral.weight",
          "crf.bilateral.xy-std",
          "crf.bilateral.rgb-std",
          "crf.retire-below");

  /** The CRF; nothing for the network's own labels. */
  Optional<CrfSettings> crf() {
    return PipelineSettings.segment(settings).crf();
  }

  /** What its masks depend on: equal for settings that give equal masks. */
  String key() {
    return PipelineSettings.digest(settings);
  }

  /** For tables that people read: all that masks depend on, in few words. */
  String words() {
    if (kind == Kind.OFF) {
      return "no CRF";
    }
    return String.format(
        "bilateral %s/%s/%s, gaussian %s/%s, %s iterations, %s",
        settings.text("crf.bilateral.weight"),
        settings.text("crf.bilateral.xy-std"),
        settings.text("crf.bilateral.rgb-std"),
        settings.text("crf.gaussian.weight"),
        settings.text("crf.gaussian.xy-std"),
        settings.text("crf.iterations"),
        settings.text("crf.normalization"));
  }

  /** The first columns of {@code settings}: null for what a candidate without CRF has not. */
  List<Object> columns() {
    List<Object> columns = new java.util.ArrayList<>();
    columns.add(id);
    columns.add(kind.name().toLowerCase(java.util.Locale.ROOT));
    columns.add(round);
    boolean off = kind == Kind.OFF;
    columns.add(off ? null : settings.integer("crf.iterations", 0, Integer.MAX_VALUE));
    columns.add(off ? null : settings.text("crf.normalization"));
    for (String key : WEIGHTS) {
      columns.add(off ? null : settings.number(key, 0, Double.MAX_VALUE));
    }
    return columns;
  }

  /** A config file that makes these settings, for {@code segment --config}. */
  String config() {
    if (kind == Kind.OFF) {
      return "crf.enabled = false\n";
    }
    StringBuilder text = new StringBuilder("crf.enabled = true\n");
    text.append("crf.iterations = ").append(settings.text("crf.iterations")).append('\n');
    text.append("crf.normalization = ").append(settings.text("crf.normalization")).append('\n');
    for (String key : WEIGHTS) {
      text.append(key).append(" = ").append(settings.text(key)).append('\n');
    }
    return text.toString();
  }

  static Row row(List<Object> columns) {
    return RowFactory.create(columns.toArray());
  }
}
