package org.deeplabspark.label;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.io.ParquetFiles;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.table.ErrorRow;
import org.deeplabspark.table.MaskRow;
import org.deeplabspark.table.StagedRow;

/**
 * The rows of the tables that staged rows become: new ones, and those that are there already under
 * another id, path, time or length, in which nothing else changes.
 */
final class NewRows {

  /** Directory of an attempt's masks. */
  static final String MASKS = "masks";

  /** Directory of an attempt's errors. */
  static final String ERRORS = "errors";

  private static final List<String> CHANGED =
      List.of("image_id", "path", "modification_time", "length");

  private final SparkSession spark;
  private final Dataset<Row> staged;
  private final StagedCounts counts;
  private final List<Path> earlier;

  /**
   * Reads nothing yet.
   *
   * @param staged by {@link StagedRow#SCHEMA}
   * @param earlier directories of attempts that may have taken the rows that move out of the tables
   */
  NewRows(SparkSession spark, Dataset<Row> staged, StagedCounts counts, List<Path> earlier) {
    this.spark = spark;
    this.staged = staged;
    this.counts = counts;
    this.earlier = earlier;
  }

  boolean anyMasks() {
    return counts.anyMasks();
  }

  boolean anyErrors() {
    return counts.anyErrors();
  }

  /** By {@link MaskRow#SCHEMA}. */
  Dataset<Row> masks() throws IOException {
    Dataset<Row> made = ofKind(StagedRow.MASK, StagedRow.MASK_COLUMN);
    return counts.tally().moved() == counts.movedErrors()
        ? made
        : made.union(moved(true, MaskRow.SCHEMA, MASKS));
  }

  /** By {@link ErrorRow#SCHEMA}. */
  Dataset<Row> errors() throws IOException {
    Dataset<Row> made = ofKind(StagedRow.ERROR, StagedRow.ERROR_COLUMN);
    return counts.movedErrors() == 0 ? made : made.union(moved(false, ErrorRow.SCHEMA, ERRORS));
  }

  /** Bytes of the masks that move. */
  long movedBytes() throws IOException {
    return counts.tally().moved() == counts.movedErrors()
        ? 0
        : moved(true, MaskRow.SCHEMA, MASKS)
            .select(coalesce(sum(length(col("mask"))), lit(0L)))
            .as(Encoders.LONG())
            .first();
  }

  private Dataset<Row> ofKind(String kind, String column) {
    return staged.filter(col(StagedRow.KIND).equalTo(kind)).select(column + ".*");
  }

  private Dataset<Row> moved(boolean masks, StructType schema, String directory)
      throws IOException {
    Dataset<Row> wanted =
        ofKind(StagedRow.MOVED, StagedRow.MOVED_COLUMN)
            .filter(col("known.in_masks").equalTo(masks));
    Dataset<Row> rows = fromTables(wanted, schema);
    for (Path place : earlier) {
      Path written = new Path(place, directory);
      if (ParquetFiles.existIn(fileSystem(written), written)) {
        Dataset<Row> again =
            spark
                .read()
                .schema(schema)
                .parquet(ImageRows.literal(written))
                .join(wanted.select("image_id", "path"), columns("image_id", "path"), "left_semi")
                .join(rows.select("image_id"), columns("image_id"), "left_anti");
        rows = rows.union(again.select(names(schema)));
      }
    }
    return rows;
  }

  private Dataset<Row> fromTables(Dataset<Row> wanted, StructType schema) throws IOException {
    List<String> files = new ArrayList<>();
    for (String uri :
        wanted.select("known.file").distinct().as(Encoders.STRING()).collectAsList()) {
      Path file = new Path(URI.create(uri));
      if (fileSystem(file).exists(file)) {
        files.add(ImageRows.literal(file));
      }
    }
    if (files.isEmpty()) {
      return spark.createDataFrame(List.of(), schema);
    }
    Column sameRow =
        col("image_id")
            .equalTo(col("moved.known.image_id"))
            .and(col("file").equalTo(col("moved.known.file")));
    return spark
        .read()
        .schema(schema)
        .parquet(files.toArray(String[]::new))
        .withColumn("file", col("_metadata.file_path"))
        .join(broadcast(wanted.select(struct(col("*")).as("moved"))), sameRow)
        .select(
            Arrays.stream(schema.fieldNames())
                .map(name -> CHANGED.contains(name) ? col("moved." + name).as(name) : col(name))
                .toArray(Column[]::new));
  }

  private FileSystem fileSystem(Path path) throws IOException {
    return path.getFileSystem(spark.sessionState().newHadoopConf());
  }

  private static scala.collection.Seq<String> columns(String... names) {
    return scala.collection.JavaConverters.asScalaBuffer(List.of(names)).toSeq();
  }

  private static Column[] names(StructType schema) {
    return Arrays.stream(schema.fieldNames())
        .map(org.apache.spark.sql.functions::col)
        .toArray(Column[]::new);
  }
}
