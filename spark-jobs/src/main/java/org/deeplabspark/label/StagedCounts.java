package org.deeplabspark.label;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.deeplabspark.table.StagedRow;

/**
 * What staged rows count up to.
 *
 * @param tally by kind
 * @param replaced rows that go
 * @param movedErrors rows among the moved that are errors
 */
record StagedCounts(RowCounts tally, long replaced, long movedErrors) {

  static StagedCounts of(Dataset<Row> rows) {
    Row counts =
        rows.agg(
                ofKind(StagedRow.MASK).as("masks"),
                ofKind(StagedRow.ERROR).as("errors"),
                ofKind(StagedRow.UNCHANGED).as("unchanged"),
                ofKind(StagedRow.MOVED).as("moved"),
                ofKind(StagedRow.KEPT).as("kept"),
                ofKind(StagedRow.FORGOTTEN).as("forgotten"),
                coalesce(sum(size(col(StagedRow.REPLACES))), lit(0L)).as("replaced"),
                count(when(not(col(StagedRow.MOVED_COLUMN + ".known.in_masks")), 1))
                    .as("moved_errors"))
            .first();
    RowCounts tally =
        new RowCounts(
            counts.getAs("masks"),
            counts.getAs("errors"),
            counts.getAs("unchanged"),
            counts.getAs("moved"),
            counts.getAs("kept"),
            counts.getAs("forgotten"));
    return new StagedCounts(tally, counts.getAs("replaced"), counts.getAs("moved_errors"));
  }

  private static Column ofKind(String kind) {
    return count(when(col(StagedRow.KIND).equalTo(kind), 1));
  }

  boolean anyMasks() {
    return tally.masks() + tally.moved() > movedErrors;
  }

  boolean anyErrors() {
    return tally.errors() + movedErrors > 0;
  }
}
