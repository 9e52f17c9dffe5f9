package org.deeplabspark.label;

import static org.apache.spark.sql.functions.col;

import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.Metadata;
import org.deeplabspark.settings.LabelSettings;

/** Writes the tables of {@code segment} as their readers want them. */
final class TableWriter {

  private final long rowGroupBytes;
  private final long fileBytes;

  TableWriter(LabelSettings.Tables settings) {
    rowGroupBytes = settings.rowGroupBytes();
    fileBytes = settings.fileBytes();
  }

  /**
   * Masks are compressed already and never alike: no codec, no dictionary for them. Parquet has one
   * codec a file; what the other columns would save is less than a tenth.
   */
  void masks(Dataset<Row> rows, Metadata maskMetadata, long bytes, Path place) {
    masks(
        rows.withColumn("mask", col("mask").as("mask", maskMetadata))
            .coalesce((int) (1 + bytes / fileBytes)),
        place);
  }

  private void masks(Dataset<Row> rows, Path place) {
    rows.write()
        .option("compression", "uncompressed")
        .option("parquet.enable.dictionary#mask", "false")
        .option("parquet.block.size", String.valueOf(rowGroupBytes))
        .parquet(place.toString());
  }

  /** What is left of one file of either table, as one file again. */
  void rest(Dataset<Row> rows, Path place) {
    if (List.of(rows.columns()).contains("mask")) {
      masks(rows.coalesce(1), place);
    } else {
      errors(rows, place);
    }
  }

  /** Errors are few and text. */
  void errors(Dataset<Row> rows, Path place) {
    rows.coalesce(1).write().option("compression", "zstd").parquet(place.toString());
  }
}
