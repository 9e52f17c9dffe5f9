package org.deeplabspark.dataset;

import java.io.Serializable;
import org.apache.spark.sql.Row;

/**
 * One label image of a truth.
 *
 * @param path fully qualified
 * @param length in bytes; null where unknown
 * @param segments of a panoptic image as {@link PanopticSegments} has them; else empty
 */
@SuppressWarnings("ArrayRecordComponent") // travels and is never compared
public record TruthFile(String path, Long length, int[] segments) implements Serializable {

  /** Reads a row that has the columns of {@link TruthList#SCHEMA}; null without a truth. */
  public static TruthFile fromRow(Row row) {
    String path = row.getAs("truth_path");
    return path == null
        ? null
        : new TruthFile(path, row.getAs("truth_length"), TruthList.segments(row));
  }
}
