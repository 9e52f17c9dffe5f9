package org.deeplabspark.diff;

import static org.apache.spark.sql.functions.lit;

import java.io.IOException;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.dataset.TruthFile;

/**
 * An image in both runs. A mask that is null is read from its path.
 *
 * @param imageId of the image
 * @param truth null where there is none
 */
@SuppressWarnings("ArrayRecordComponent") // read and never compared
record DiffPair(
    String imageId,
    String oldPath,
    byte[] oldMask,
    String newPath,
    byte[] newMask,
    TruthFile truth) {

  /** The images that are in both, with their truth; for {@link #fromRow}. */
  static Dataset<Row> rows(
      SparkSession spark, Dataset<Row> before, Dataset<Row> after, Optional<Truth> truth)
      throws IOException {
    Dataset<Row> pairs =
        before
            .toDF("image_id", "old_path", "old_mask")
            .join(after.toDF("image_id", "new_path", "new_mask"), "image_id");
    if (truth.isEmpty()) {
      return pairs.withColumn("truth_path", lit(null).cast("string"));
    }
    Dataset<Row> labels = truth.get().list(spark.sessionState().newHadoopConf()).rows(spark);
    return pairs
        .join(
            labels,
            truth.get().endings().cut(pairs.col("image_id")).equalTo(labels.col("image_id")),
            "left_outer")
        .drop(labels.col("image_id"));
  }

  static DiffPair fromRow(Row row) {
    return new DiffPair(
        row.getAs("image_id"),
        row.getAs("old_path"),
        row.getAs("old_mask"),
        row.getAs("new_path"),
        row.getAs("new_mask"),
        TruthFile.fromRow(row));
  }
}
