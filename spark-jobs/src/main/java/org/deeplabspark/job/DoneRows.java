package org.deeplabspark.job;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.table.ErrorRow;
import org.deeplabspark.table.MaskRow;

/**
 * What an output holds already. An image needs no work when its latest row was made from the same
 * content with the same model and settings: its mask, or an error that would only come again.
 * Errors of reading, of memory and of our own are always tried again.
 */
final class DoneRows {

  private static final String[] KEY = {
    "image_id", "run_id", "path", "length", "modification_time", "content_digest"
  };

  /** Failures of the place rather than of the image. */
  private static final Column MAY_HEAL =
      col("stage").equalTo("read").or(col("code").isin("out-of-memory", "internal"));

  private final SparkSession spark;
  private final OutputDirectory output;
  private final RunRecord.Key key;

  /**
   * Looks at an output.
   *
   * @param key of the run that is to come
   */
  DoneRows(SparkSession spark, OutputDirectory output, RunRecord.Key key) {
    this.spark = spark;
    this.output = output;
    this.key = key;
  }

  /** Whether there is any row that an image could be compared with. */
  boolean any() throws IOException {
    return output.hasRows("masks") || output.hasRows("errors");
  }

  /**
   * The images that need work, with {@code done_digest}: the content whose result is there already,
   * where only the content can tell whether the image has changed. An image of the same path,
   * length and time as before is not read again.
   */
  Dataset<Row> leftToDo(Dataset<Row> images) throws IOException {
    List<Dataset<Row>> tables = new ArrayList<>();
    if (output.hasRows("masks")) {
      Column same =
          col("model_digest")
              .equalTo(key.modelDigest())
              .and(col("config_digest").equalTo(key.configDigest()));
      tables.add(keys(read("masks", MaskRow.SCHEMA), same));
    }
    if (output.hasRows("errors")) {
      List<String> runs = RunRecord.runsLike(output.texts("_runs"), key);
      Column same = col("run_id").isin(runs.toArray()).and(not(MAY_HEAL));
      tables.add(keys(read("errors", ErrorRow.SCHEMA), same));
    }
    if (tables.isEmpty()) {
      return images.withColumn("done_digest", lit(null).cast("string"));
    }
    Dataset<Row> done =
        tables.stream()
            .reduce(Dataset::union)
            .orElseThrow()
            .groupBy("image_id")
            .agg(
                max_by(struct("path", "length", "modification_time", "done_digest"), col("run_id"))
                    .as("done"))
            .filter("done.done_digest is not null");
    // Names that occur on both sides would need quoting in every condition below.
    Dataset<Row> known = done.withColumnRenamed("image_id", "done_id");
    Column untouched =
        col("path")
            .equalTo(col("done.path"))
            .and(col("length").equalTo(col("done.length")))
            .and(col("modification_time").equalTo(col("done.modification_time")));
    return images
        .join(known, col("image_id").equalTo(col("done_id")), "left_outer")
        .withColumn("done_digest", col("done.done_digest"))
        .filter(col("done_digest").isNull().or(not(coalesce(untouched, lit(false)))))
        .drop("done", "done_id");
  }

  private Dataset<Row> read(String table, StructType schema) {
    return spark.read().schema(schema).parquet(ImageRows.literal(output.path(table)));
  }

  private static Dataset<Row> keys(Dataset<Row> rows, Column same) {
    Column[] columns = new Column[KEY.length + 1];
    for (int i = 0; i < KEY.length; i++) {
      columns[i] = col(KEY[i]);
    }
    columns[KEY.length] = when(same, col("content_digest")).as("done_digest");
    return rows.select(columns);
  }
}
