package org.deeplabspark.label;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.when;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.deeplabspark.io.OutputDirectory;
import org.deeplabspark.io.RunLock;
import org.deeplabspark.io.StrictFiles;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.table.MaskRow;
import org.deeplabspark.table.StagedRow;

/** One attempt to publish a batch of finished shards. */
final class Commit {

  private final SparkSession spark;
  private final OutputDirectory output;
  private final RunLock lock;
  private final TableWriter writer;
  private final CommitTarget target;
  private final ReplacedRows oldRows;

  /**
   * Publishes nothing yet.
   *
   * @param target of the rows
   */
  Commit(
      SparkSession spark,
      OutputDirectory output,
      RunLock lock,
      TableWriter writer,
      CommitTarget target) {
    this.spark = spark;
    this.output = output;
    this.lock = lock;
    this.writer = writer;
    this.target = target;
    this.oldRows = new ReplacedRows(spark, output, writer);
  }

  /**
   * Publishes shards whose images no attempt was made to publish before.
   *
   * @param name beginning of the names of the new files, never given twice
   * @return what the shards hold
   */
  RowCounts first(StagedShards.Batch batch, String name) throws IOException {
    Dataset<Row> rows = rows(batch);
    StagedCounts held = StagedCounts.of(rows);
    Dataset<Row> old = replaced(rows).select("old.image_id", "old." + ReplacedRows.FILE);
    publish(
        batch,
        name,
        new NewRows(spark, rows, held, List.of()),
        held.replaced() == 0 ? Optional.empty() : Optional.of(old));
    return held.tally();
  }

  /**
   * Publishes shards of which an earlier attempt, or another run, may have published a part: what
   * the tables hold of the same run or a later one stands, and what they hold of earlier ones is
   * replaced.
   *
   * @param earlier directories of attempts that failed, whose shards are in this batch; they go
   * @return what the shards hold, published now or before
   */
  RowCounts again(StagedShards.Batch batch, String name, List<Path> earlier) throws IOException {
    Dataset<Row> all = rows(batch);
    StagedCounts held = StagedCounts.of(all);
    for (Path place : earlier) {
      oldRows.endExchanges(place);
      if (held.tally().moved() == 0) { // else it may have the only copy of a row that moves
        StrictFiles.delete(output.fileSystem(), place);
      }
    }
    Optional<Dataset<Row>> tables = tables();
    if (tables.isEmpty()) {
      publish(batch, name, new NewRows(spark, all, held, earlier), Optional.empty());
    } else {
      publishWhatIsMissing(batch, name, all, tables.get(), earlier);
    }
    for (Path place : earlier) {
      StrictFiles.delete(output.fileSystem(), place);
    }
    return held.tally();
  }

  private void publishWhatIsMissing(
      StagedShards.Batch batch,
      String name,
      Dataset<Row> all,
      Dataset<Row> tables,
      List<Path> earlier)
      throws IOException {
    Column id = newValue("image_id", true);
    Dataset<Row> staged =
        all.withColumn("new_id", id)
            .withColumn("new_run", newValue("run_id", false))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Dataset<Row> standing =
          tables
              .join(staged, col("image_id").equalTo(col("new_id")).and(stands()), "left_semi")
              .select(col("image_id").as("standing_id"))
              .distinct();
      Dataset<Row> rows =
          staged.join(standing, col("new_id").equalTo(col("standing_id")), "left_anti");
      Dataset<Row> sameImage =
          rows.filter(col("new_run").isNotNull()).select(col("new_id").as("gone_id"));
      Dataset<Row> named =
          replaced(rows)
              .select(
                  col("old.image_id").as("gone_id"),
                  col("old." + ReplacedRows.FILE).as("gone_file"));
      Dataset<Row> old =
          tables
              .join(sameImage, col("image_id").equalTo(col("gone_id")), "left_semi")
              .union(
                  tables.join(
                      named,
                      col("image_id")
                          .equalTo(col("gone_id"))
                          .and(col(ReplacedRows.FILE).equalTo(col("gone_file"))),
                      "left_semi"))
              .select("image_id", ReplacedRows.FILE)
              .distinct();
      publish(
          batch, name, new NewRows(spark, rows, StagedCounts.of(rows), earlier), Optional.of(old));
    } finally {
      staged.unpersist();
    }
  }

  /**
   * Whether a row of the tables has the place of a staged row's image for good: it is of the same
   * run or a later one. A row that moves keeps its run; it stands in any file but those that it is
   * to leave.
   */
  private static Column stands() {
    Column elsewhere = expr("not exists(replaces, old -> old.file = file)");
    return when(col(StagedRow.KIND).equalTo(StagedRow.MOVED), elsewhere)
        .otherwise(col("run_id").geq(col("new_run")));
  }

  private void publish(
      StagedShards.Batch batch, String name, NewRows rows, Optional<Dataset<Row>> old)
      throws IOException {
    Path masks = new Path(batch.place(), NewRows.MASKS);
    Path errors = new Path(batch.place(), NewRows.ERRORS);
    String masksTarget = "masks/" + target.partition();
    String errorsTarget = "errors/" + target.partition();
    // What is in the way of a directory is met before anything is written.
    if (rows.anyMasks()) {
      StrictFiles.mkdirs(output.fileSystem(), output.path(masksTarget));
    }
    if (rows.anyErrors()) {
      StrictFiles.mkdirs(output.fileSystem(), output.path(errorsTarget));
    }
    if (rows.anyMasks()) {
      writer.masks(rows.masks(), target.maskMetadata(), batch.bytes() + rows.movedBytes(), masks);
    }
    if (rows.anyErrors()) {
      writer.errors(rows.errors(), errors);
    }
    List<ReplacedRows.Exchange> exchanges =
        old.isPresent() ? oldRows.without(old.get(), batch.place()) : List.of();
    lock.check();
    output.delete(OutputDirectory.SUCCESS);
    // First the old rows go, then the new ones come: a reader never sees both.
    oldRows.exchange(exchanges);
    if (rows.anyErrors()) {
      output.publish(errors, errorsTarget, name);
    }
    if (rows.anyMasks()) {
      output.publish(masks, masksTarget, name);
    }
  }

  /** Who has a row in the tables, of which run, in which file; empty where there are no tables. */
  private Optional<Dataset<Row>> tables() throws IOException {
    Optional<Dataset<Row>> rows = Optional.empty();
    StructType schema =
        new StructType().add(MaskRow.SCHEMA.apply("image_id")).add(MaskRow.SCHEMA.apply("run_id"));
    for (String table : List.of("masks", "errors")) {
      if (output.hasRows(table)) {
        Dataset<Row> more =
            spark
                .read()
                .schema(schema)
                .parquet(ImageRows.literal(output.path(table)))
                .withColumn(ReplacedRows.FILE, col("_metadata.file_path"));
        rows = Optional.of(rows.map(some -> some.union(more)).orElse(more));
      }
    }
    return rows;
  }

  private Dataset<Row> rows(StagedShards.Batch batch) {
    return spark.read().schema(StagedRow.SCHEMA).parquet(ImageRows.literal(batch.shards()));
  }

  private static Dataset<Row> replaced(Dataset<Row> rows) {
    return rows.select(explode(col(StagedRow.REPLACES)).as("old"));
  }

  /** A value of the row that a staged row becomes; null where it becomes none. */
  private static Column newValue(String column, boolean moved) {
    Column made =
        coalesce(
            col(StagedRow.MASK_COLUMN + "." + column), col(StagedRow.ERROR_COLUMN + "." + column));
    Column of = when(col(StagedRow.KIND).isin(StagedRow.MASK, StagedRow.ERROR), made);
    return moved
        ? of.when(
            col(StagedRow.KIND).equalTo(StagedRow.MOVED),
            col(StagedRow.MOVED_COLUMN + "." + column))
        : of;
  }
}
