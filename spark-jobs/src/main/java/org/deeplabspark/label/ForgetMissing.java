package org.deeplabspark.label;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.source.ReadFailure;
import org.deeplabspark.table.KnownRow;
import org.deeplabspark.table.StagedRow;

/** Finds rows whose files are gone, by looking at each file on the executors. */
record ForgetMissing(InputFiles files) implements Serializable {

  /**
   * Staged rows that take them away. A file that cannot be looked at for any other reason than that
   * it is not there keeps its row.
   *
   * @param rows by {@link KnownRow#SCHEMA}
   */
  Dataset<Row> among(Dataset<Row> rows) {
    MapPartitionsFunction<Row, Row> look = this::gone;
    return rows.mapPartitions(look, Encoders.row(StagedRow.SCHEMA));
  }

  private Iterator<Row> gone(Iterator<Row> rows) {
    List<Row> gone = new ArrayList<>();
    while (rows.hasNext()) {
      KnownRow known = KnownRow.of(rows.next());
      try {
        files.look(known.path());
      } catch (ReadFailure e) {
        if (e.code().equals(ReadFailure.NOT_FOUND)) {
          gone.add(StagedRow.forgotten(List.of(known)));
        }
      }
    }
    return gone.iterator();
  }
}
