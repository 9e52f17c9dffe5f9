package org.deeplabspark.sweep;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.deeplabspark.settings.CrfVariant;

/**
 * One candidate.
 *
 * @param id its {@code setting_id}
 * @param kind where it comes from
 * @param round of the search: 0 for the grid as given, then finer ones
 * @param variant of the CRF
 */
record SweepSetting(int id, Kind kind, int round, CrfVariant variant) {

  /** Where candidates come from. */
  enum Kind {
    /** The network's own labels. */
    OFF,
    /** The settings as they are without the grid: what there is to beat. */
    BASELINE,
    /** A point of a grid. */
    GRID
  }

  /** The first columns of {@code settings}: null for what a candidate without CRF has not. */
  List<Object> columns() {
    List<Object> columns = new ArrayList<>();
    columns.add(id);
    columns.add(kind.name().toLowerCase(Locale.ROOT));
    columns.add(round);
    if (kind == Kind.OFF) {
      columns.addAll(Collections.nCopies(2 + variant.numbers().size(), null));
      return columns;
    }
    columns.add(variant.crf().orElseThrow().iterations());
    columns.add(variant.text("crf.normalization"));
    columns.addAll(variant.numbers());
    return columns;
  }

  static Row row(List<Object> columns) {
    return RowFactory.create(columns.toArray());
  }
}
