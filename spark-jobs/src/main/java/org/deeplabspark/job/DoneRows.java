package org.deeplabspark.job;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.table.ErrorRow;
import org.deeplabspark.table.MaskRow;

/**
 * What an output holds already. An image needs no work when its row was made from the same content
 * with the same model and settings: its mask, or an error that would only come again. Errors of
 * reading, of memory and of our own are always tried again, and what executors died of.
 */
final class DoneRows {

  /** Column: the content whose result is there already, where only a look at it can tell. */
  static final String DONE_DIGEST = "done_digest";

  /** Column: pixels of the image, where an earlier row knows. */
  static final String PIXELS = "pixels";

  /** Column: the file of {@code masks} that holds the image's row. */
  static final String IN_MASKS = "in_masks";

  /** Column: the file of {@code errors} that holds the image's row. */
  static final String IN_ERRORS = "in_errors";

  /** Failures of the place rather than of the image. */
  private static final Column MAY_HEAL =
      col("stage")
          .equalTo("read")
          .or(col("code").isin("out-of-memory", "internal", ErrorRow.EXECUTOR_LOST));

  private final SparkSession spark;
  private final OutputDirectory output;
  private final RunRecord.Key key;
  private final boolean verifyContent;
  private final boolean retryFailed;

  /**
   * Looks at an output.
   *
   * @param key of the run that is to come
   */
  DoneRows(SparkSession spark, OutputDirectory output, RunRecord.Key key, Settings settings) {
    this.spark = spark;
    this.output = output;
    this.key = key;
    this.verifyContent = settings.flag("segment.verify-content");
    this.retryFailed = settings.flag("segment.retry-failed");
  }

  /** Whether there is any row that an image could be compared with. */
  boolean any() throws IOException {
    return output.hasRows("masks") || output.hasRows("errors");
  }

  /** Ids of the images that executors died of. */
  Set<String> executorsLost() throws IOException {
    if (!output.hasRows("errors")) {
      return Set.of();
    }
    return spark
        .read()
        .schema(ErrorRow.SCHEMA)
        .parquet(ImageRows.literal(output.path("errors")))
        .filter(col("code").equalTo(ErrorRow.EXECUTOR_LOST))
        .select("image_id")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .collect(Collectors.toSet());
  }

  /**
   * The images that need work, with the columns above. An image of the same path, length and time
   * as before is not read again, unless {@code segment.verify-content} asks for it.
   */
  Dataset<Row> leftToDo(Dataset<Row> images) throws IOException {
    List<Dataset<Row>> tables = new ArrayList<>();
    if (output.hasRows("masks")) {
      Column same =
          col("model_digest")
              .equalTo(key.modelDigest())
              .and(col("config_digest").equalTo(key.configDigest()));
      Column pixels = col("width").cast("long").multiply(col("height"));
      tables.add(known("masks", MaskRow.SCHEMA, same, pixels));
    }
    if (output.hasRows("errors")) {
      List<String> runs = RunRecord.runsLike(output.runs(RunRecord.ENDED, RunRecord.STARTED), key);
      Column same = col("run_id").isin(runs.toArray()).and(not(MAY_HEAL));
      tables.add(known("errors", ErrorRow.SCHEMA, same, lit(null).cast("long")));
    }
    if (tables.isEmpty()) {
      Dataset<Row> none = images;
      for (String column : List.of(DONE_DIGEST, IN_MASKS, IN_ERRORS)) {
        none = none.withColumn(column, lit(null).cast("string"));
      }
      return none.withColumn(PIXELS, lit(null).cast("long")).filter(lit(!retryFailed));
    }
    // Names that occur on both sides would need quoting in every condition below.
    Dataset<Row> known =
        tables.stream()
            .reduce(Dataset::union)
            .orElseThrow()
            .groupBy(col("image_id").as("known_id"))
            .agg(
                max_by(col("seen"), col("run_id")).as("seen"),
                max(PIXELS).as(PIXELS),
                max(IN_MASKS).as(IN_MASKS),
                max(IN_ERRORS).as(IN_ERRORS));
    Dataset<Row> joined =
        images.join(known, col("image_id").equalTo(col("known_id")), "left_outer");
    return chosen(joined).drop("seen", "known_id");
  }

  private Dataset<Row> chosen(Dataset<Row> joined) {
    if (retryFailed) {
      return joined
          .filter(col(IN_ERRORS).isNotNull())
          .withColumn(DONE_DIGEST, lit(null).cast("string"));
    }
    Dataset<Row> images = joined.withColumn(DONE_DIGEST, col("seen.digest"));
    if (verifyContent) {
      return images;
    }
    Column untouched =
        col("path")
            .equalTo(col("seen.path"))
            .and(col("length").equalTo(col("seen.length")))
            .and(col("modification_time").equalTo(col("seen.modification_time")));
    return images.filter(col(DONE_DIGEST).isNull().or(not(coalesce(untouched, lit(false)))));
  }

  private Dataset<Row> known(String table, StructType schema, Column same, Column pixels) {
    Column file = col("_metadata.file_path");
    Column none = lit(null).cast("string");
    boolean masks = table.equals("masks");
    return spark
        .read()
        .schema(schema)
        .parquet(ImageRows.literal(output.path(table)))
        .select(
            col("image_id"),
            col("run_id"),
            struct(
                    col("path"),
                    col("length"),
                    col("modification_time"),
                    when(same, col("content_digest")).as("digest"))
                .as("seen"),
            pixels.as(PIXELS),
            (masks ? file : none).as(IN_MASKS),
            (masks ? none : file).as(IN_ERRORS));
  }
}
