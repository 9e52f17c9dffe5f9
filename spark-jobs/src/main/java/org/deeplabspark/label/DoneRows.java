package org.deeplabspark.label;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.io.OutputDirectory;
import org.deeplabspark.settings.LabelSettings;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.table.ErrorRow;
import org.deeplabspark.table.KnownRow;
import org.deeplabspark.table.MaskRow;

/**
 * What an output holds already. An image needs no work when its row was made from the same content
 * with the same model and settings: its mask, or an error that would only come again. Errors of
 * reading, of memory and of our own are always tried again, and what executors died of.
 *
 * <p>A row is an image's own if it has the image's path; a row whose path is no image's of this run
 * is that of the image with its id. What is left may have been made of the same content before that
 * was moved here: such rows are handed to one image of the same length, whose content an executor
 * compares with theirs.
 */
final class DoneRows {

  /** Column: pixels of the image, where an earlier row knows. */
  static final String PIXELS = "pixels";

  /** Array column of {@link KnownRow}s: the image's own; null for none. */
  static final String OWN = "own";

  /** Array column of {@link KnownRow}s: nobody's, offered to this image alone; null for none. */
  static final String ELSEWHERE = "elsewhere";

  /** Column: whether path, length and time tell that the image is that of a row of its own. */
  static final String TRUSTED = "trusted";

  /** Failures of the place rather than of the image. */
  private static final Column MAY_HEAL =
      col("stage")
          .equalTo("read")
          .or(col("code").isin("out-of-memory", "crf-memory", "internal", ErrorRow.EXECUTOR_LOST));

  /** Rows of one length above which the content is not looked for among them. */
  private static final int MOST_OF_ONE_LENGTH = 16;

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
  DoneRows(SparkSession spark, OutputDirectory output, RunRecord.Key key, LabelSettings.Redo redo) {
    this.spark = spark;
    this.output = output;
    this.key = key;
    this.verifyContent = redo.verifyContent();
    this.retryFailed = redo.retryFailed();
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
        .as(Encoders.STRING())
        .collectAsList()
        .stream()
        .collect(Collectors.toSet());
  }

  /**
   * The images that need work, with the columns above. An image of the same path, length and time
   * as before is not read again, unless {@code segment.verify-content} asks for it.
   */
  Dataset<Row> leftToDo(ImageRows images) throws IOException {
    if (!any()) {
      return images
          .rows()
          .withColumn(PIXELS, lit(null).cast("long"))
          .withColumn(OWN, none())
          .withColumn(ELSEWHERE, none())
          .withColumn(TRUSTED, lit(false))
          .filter(lit(!retryFailed));
    }
    Dataset<Row> known = owned(images);
    Dataset<Row> own =
        known
            .filter(col("owner").isNotNull())
            .groupBy("owner")
            .agg(collect_list(struct(names(KnownRow.SCHEMA))).as(OWN), max(PIXELS).as(PIXELS));
    Dataset<Row> joined =
        images.rows().join(own, col("image_id").equalTo(col("owner")), "left_outer").drop("owner");
    if (images.identity() == ImageRows.Identity.PATH_AND_KNOWN_ID) {
      // Of several the shortest: it is the one that a directory gave.
      Column shortest =
          expr("array_min(transform(own, row -> struct(length(row.image_id), row.image_id)))");
      joined =
          joined.withColumn("image_id", coalesce(shortest.getField("image_id"), col("image_id")));
    }
    Column trusted =
        coalesce(
            expr(
                "exists(own, row -> row.digest is not null and row.path = path"
                    + " and row.length = length and row.modification_time = modification_time)"),
            lit(false));
    joined = joined.withColumn(TRUSTED, verifyContent ? lit(false) : trusted);
    if (retryFailed) {
      return joined
          .filter(coalesce(expr("exists(own, row -> not row.in_masks)"), lit(false)))
          .withColumn(TRUSTED, lit(false))
          .withColumn(ELSEWHERE, none());
    }
    Column done =
        col(TRUSTED).and(size(col(OWN)).equalTo(1)).and(expr("own[0].image_id = image_id"));
    Dataset<Row> left = joined.filter(not(coalesce(done, lit(false))));
    return left.join(offers(known, left), col("image_id").equalTo(col("taker")), "left_outer")
        .drop("taker");
  }

  /** Rows whose files are no images of this run, as {@link KnownRow}s. */
  Dataset<Row> others(ImageRows images) throws IOException {
    return owned(images).filter(col("owner").isNull()).select(names(KnownRow.SCHEMA));
  }

  /** Rows that are nobody's, by the image that may take them: two would want the same one. */
  private static Dataset<Row> offers(Dataset<Row> known, Dataset<Row> left) {
    Dataset<Row> takers =
        left.filter(not(col(TRUSTED)))
            .groupBy(col("length").as("taker_length"))
            .agg(min("image_id").as("taker"));
    return known
        .filter(col("owner").isNull().and(col("digest").isNotNull()))
        .join(takers, col("length").equalTo(col("taker_length")))
        .groupBy("taker")
        .agg(collect_list(struct(names(KnownRow.SCHEMA))).as(ELSEWHERE))
        .filter(size(col(ELSEWHERE)).leq(MOST_OF_ONE_LENGTH));
  }

  /** All rows of the output with {@code pixels} and {@code owner}, an image's id or null. */
  private Dataset<Row> owned(ImageRows images) throws IOException {
    Dataset<Row> known = known();
    Dataset<Row> ids = images.rows().select(col("image_id").as("same_id"));
    if (images.identity() == ImageRows.Identity.ID) {
      return known
          .join(ids, col("image_id").equalTo(col("same_id")), "left_outer")
          .withColumnRenamed("same_id", "owner");
    }
    Dataset<Row> paths =
        images.rows().select(col("path").as("same_path"), col("image_id").as("path_owner"));
    return known
        .join(paths, col("path").equalTo(col("same_path")), "left_outer")
        .join(
            ids,
            col("path_owner").isNull().and(col("image_id").equalTo(col("same_id"))),
            "left_outer")
        .withColumn("owner", coalesce(col("path_owner"), col("same_id")))
        .drop("same_path", "path_owner", "same_id");
  }

  private Dataset<Row> known() throws IOException {
    Dataset<Row> known =
        spark.createDataFrame(List.of(), KnownRow.SCHEMA.add(PIXELS, DataTypes.LongType));
    if (output.hasRows("masks")) {
      Column same =
          col("model_digest")
              .equalTo(key.modelDigest())
              .and(col("config_digest").equalTo(key.configDigest()));
      Column pixels = col("width").cast("long").multiply(col("height"));
      known = known.union(known("masks", MaskRow.SCHEMA, same, pixels));
    }
    if (output.hasRows("errors")) {
      List<String> runs = RunRecord.runsLike(output.runs(RunRecord.ENDED, RunRecord.STARTED), key);
      Column same = col("run_id").isin(runs.toArray()).and(not(MAY_HEAL));
      known = known.union(known("errors", ErrorRow.SCHEMA, same, lit(null).cast("long")));
    }
    return known;
  }

  private Dataset<Row> known(String table, StructType schema, Column same, Column pixels) {
    return spark
        .read()
        .schema(schema)
        .parquet(ImageRows.literal(output.path(table)))
        .select(
            col("image_id"),
            col("path"),
            col("modification_time"),
            col("length"),
            when(same, col("content_digest")).as("digest"),
            lit(table.equals("masks")).as("in_masks"),
            col("_metadata.file_path").as("file"),
            pixels.as(PIXELS));
  }

  private static Column none() {
    return lit(null).cast(DataTypes.createArrayType(KnownRow.SCHEMA));
  }

  private static Column[] names(StructType schema) {
    return Arrays.stream(schema.fieldNames()).map(functions::col).toArray(Column[]::new);
  }
}
