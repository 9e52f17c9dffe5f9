package org.deeplabspark.job;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
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
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.source.StrictFiles;
import org.deeplabspark.table.MaskRow;
import org.deeplabspark.table.StagedRow;

/** One attempt to publish a batch of finished shards. */
final class Commit {

  private static final String STAGED_ID = "staged_id";
  private static final String STAGED_RUN = "staged_run";

  private final SparkSession spark;
  private final OutputDirectory output;
  private final RunLock lock;
  private final TableWriter writer;
  private final CommitTarget target;
  private final OldRows oldRows;

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
    this.oldRows = new OldRows(spark, output, writer);
  }

  /**
   * Publishes shards whose images no attempt was made to publish before.
   *
   * @param name beginning of the names of the new files, never given twice
   * @param list rows of {@link WorkList}; empty where no image has an old row
   * @return what the shards hold
   */
  Tally first(StagedShards.Batch batch, String name, Optional<Dataset<Row>> list)
      throws IOException {
    Dataset<Row> rows = rows(batch);
    Tally added = counts(rows);
    Optional<Dataset<Row>> old =
        added.masks() + added.errors() == 0
            ? Optional.empty()
            : list.map(
                listed -> OldRows.listed(listed, ids(rows).select(col(STAGED_ID).as("image_id"))));
    publish(batch, name, rows, added, old);
    return added;
  }

  /**
   * Publishes shards of which an earlier attempt, or another run, may have published a part: what
   * the tables hold of the same run or a later one stands, and what they hold of earlier ones is
   * replaced.
   *
   * @param earlier directories of attempts that failed, whose shards are in this batch; they go
   * @return what the shards hold, published now or before
   */
  Tally again(StagedShards.Batch batch, String name, List<Path> earlier) throws IOException {
    for (Path place : earlier) {
      oldRows.endExchanges(place);
      StrictFiles.delete(output.fileSystem(), place);
    }
    Dataset<Row> all = rows(batch);
    Tally held = counts(all);
    Optional<Dataset<Row>> tables = tables();
    if (tables.isEmpty() || held.masks() + held.errors() == 0) {
      publish(batch, name, all, held, Optional.empty());
      return held;
    }
    Dataset<Row> known =
        tables
            .get()
            .join(ids(all), col("image_id").equalTo(col(STAGED_ID)))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      publishWhatIsMissing(batch, name, all, known);
    } finally {
      known.unpersist();
    }
    return held;
  }

  private void publishWhatIsMissing(
      StagedShards.Batch batch, String name, Dataset<Row> all, Dataset<Row> known)
      throws IOException {
    Column stands = col("run_id").geq(col(STAGED_RUN));
    Dataset<Row> standing = known.filter(stands).select(col(STAGED_ID).as("standing_id"));
    Column same = col("standing_id").equalTo(imageId());
    Dataset<Row> rows = all.join(standing.distinct(), same, "left_anti");
    Dataset<Row> old =
        known
            .join(standing, col(STAGED_ID).equalTo(col("standing_id")), "left_anti")
            .select("image_id", OldRows.FILE);
    publish(batch, name, rows, counts(rows), Optional.of(old));
  }

  private void publish(
      StagedShards.Batch batch,
      String name,
      Dataset<Row> rows,
      Tally added,
      Optional<Dataset<Row>> old)
      throws IOException {
    Path masks = new Path(batch.place(), "masks");
    Path errors = new Path(batch.place(), "errors");
    String masksTarget = "masks/" + target.partition();
    String errorsTarget = "errors/" + target.partition();
    // What is in the way of a directory is met before anything is written.
    if (added.masks() > 0) {
      StrictFiles.mkdirs(output.fileSystem(), output.path(masksTarget));
    }
    if (added.errors() > 0) {
      StrictFiles.mkdirs(output.fileSystem(), output.path(errorsTarget));
    }
    if (added.masks() > 0) {
      writer.masks(rowsOf(rows, StagedRow.MASK), target.maskMetadata(), batch.bytes(), masks);
    }
    if (added.errors() > 0) {
      writer.errors(rowsOf(rows, StagedRow.ERROR), errors);
    }
    List<OldRows.Exchange> exchanges =
        old.isPresent() ? oldRows.without(old.get(), batch.place()) : List.of();
    lock.check();
    output.delete(OutputDirectory.SUCCESS);
    // First the old rows go, then the new ones come: a reader never sees both.
    oldRows.exchange(exchanges);
    if (added.errors() > 0) {
      output.publish(errors, errorsTarget, name);
    }
    if (added.masks() > 0) {
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
                .select(
                    col("image_id"), col("run_id"), col("_metadata.file_path").as(OldRows.FILE));
        rows = Optional.of(rows.map(some -> some.union(more)).orElse(more));
      }
    }
    return rows;
  }

  private Dataset<Row> rows(StagedShards.Batch batch) {
    return spark.read().schema(StagedRow.SCHEMA).parquet(ImageRows.literal(batch.shards()));
  }

  private static Tally counts(Dataset<Row> rows) {
    return Tally.of(
        rows.agg(ofKind(StagedRow.MASK), ofKind(StagedRow.ERROR), ofKind(StagedRow.UNCHANGED))
            .first());
  }

  private static Column ofKind(String kind) {
    return count(when(col(StagedRow.KIND).equalTo(kind), 1));
  }

  private static Dataset<Row> rowsOf(Dataset<Row> rows, String kind) {
    String column = kind.equals(StagedRow.MASK) ? StagedRow.MASK_COLUMN : StagedRow.ERROR_COLUMN;
    return rows.filter(col(StagedRow.KIND).equalTo(kind)).select(column + ".*");
  }

  private static Dataset<Row> ids(Dataset<Row> rows) {
    return rows.filter(col(StagedRow.KIND).notEqual(StagedRow.UNCHANGED))
        .select(imageId().as(STAGED_ID), either("run_id").as(STAGED_RUN));
  }

  private static Column imageId() {
    return either("image_id");
  }

  private static Column either(String field) {
    return coalesce(
        col(StagedRow.MASK_COLUMN + "." + field), col(StagedRow.ERROR_COLUMN + "." + field));
  }
}
