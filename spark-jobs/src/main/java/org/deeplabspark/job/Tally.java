package org.deeplabspark.job;

import org.apache.spark.sql.Row;

/**
 * What the rows of a run count up to so far.
 *
 * @param masks images that got one
 * @param errors images that did not
 * @param unchanged images that were read and found to be done already
 */
record Tally(long masks, long errors, long unchanged) {

  static final Tally NONE = new Tally(0, 0, 0);

  /** Reads three counts, in this order. */
  static Tally of(Row row) {
    return new Tally(row.getLong(0), row.getLong(1), row.getLong(2));
  }

  long images() {
    return masks + errors + unchanged;
  }

  Tally plus(Tally other) {
    return new Tally(masks + other.masks, errors + other.errors, unchanged + other.unchanged);
  }
}
