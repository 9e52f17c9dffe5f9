package org.deeplabspark.job;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.table.ErrorRow;
import org.deeplabspark.table.MaskRow;
import org.deeplabspark.table.StagedRow;

/**
 * Rows of an output under the id, path, time and length that their images have now. Nothing else in
 * them changes; the rows they are taken from are still there.
 */
final class MovedRows {

  private static final List<String> CHANGED =
      List.of("image_id", "path", "modification_time", "length");

  private final SparkSession spark;
  private final Dataset<Row> moved;

  /**
   * Reads nothing yet.
   *
   * @param moved by {@link StagedRow#MOVED_SCHEMA}
   */
  MovedRows(SparkSession spark, Dataset<Row> moved) {
    this.spark = spark;
    this.moved = moved;
  }

  /** By {@link MaskRow#SCHEMA}. */
  Dataset<Row> masks() {
    return from(true, MaskRow.SCHEMA);
  }

  /** By {@link ErrorRow#SCHEMA}. */
  Dataset<Row> errors() {
    return from(false, ErrorRow.SCHEMA);
  }

  /** Bytes of the masks in {@link #masks}. */
  long maskBytes() {
    return masks().agg(coalesce(sum(length(col("mask"))), lit(0L))).first().getLong(0);
  }

  private Dataset<Row> from(boolean masks, StructType schema) {
    Dataset<Row> wanted = moved.filter(col("known.in_masks").equalTo(masks));
    String[] files =
        wanted.select("known.file").distinct().as(Encoders.STRING()).collectAsList().stream()
            .map(file -> ImageRows.literal(new Path(URI.create(file))))
            .toArray(String[]::new);
    if (files.length == 0) {
      return spark.createDataFrame(List.of(), schema);
    }
    Column sameRow =
        col("image_id")
            .equalTo(col("moved.known.image_id"))
            .and(col("file").equalTo(col("moved.known.file")));
    return spark
        .read()
        .schema(schema)
        .parquet(files)
        .withColumn("file", col("_metadata.file_path"))
        .join(broadcast(wanted.select(struct(col("*")).as("moved"))), sameRow)
        .select(
            Arrays.stream(schema.fieldNames())
                .map(name -> CHANGED.contains(name) ? col("moved." + name).as(name) : col(name))
                .toArray(Column[]::new));
  }
}
