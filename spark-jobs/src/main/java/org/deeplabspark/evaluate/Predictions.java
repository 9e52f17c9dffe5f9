package org.deeplabspark.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.dataset.TruthFiles;
import org.deeplabspark.io.PathText;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.ImageFile;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.table.MaskTable;

/**
 * Predicted masks, of our table or of a folder of PNGs that some other tool made.
 *
 * @param rows by {@code image_id}, {@code path} and {@code mask}, null where the path is the mask's
 *     and to be read
 * @param files the folder's files; empty for a table
 * @param classNames in order, as the table's metadata has them; empty for a folder
 * @param states what tells a mask from the one that was there before: its id with its run or the
 *     file's length
 */
public record Predictions(
    Dataset<Row> rows, List<ImageFile> files, List<String> classNames, Dataset<Row> states) {

  /** One number of all masks as they are now, in hexadecimal; their order does not matter. */
  public String digest() {
    Row digest =
        states
            .selectExpr("xxhash64(" + String.join(", ", states.columns()) + ") AS state")
            .selectExpr("coalesce(bit_xor(state), 0) AS digest")
            .first();
    return Long.toHexString(digest.<Long>getAs("digest"));
  }

  /**
   * Opens a place.
   *
   * @param place output directory of {@code segment}, its {@code masks} table, or a folder of PNG
   *     masks
   * @param option that named the place, for messages
   * @throws UsageException if there is nothing of that kind
   */
  public static Predictions of(SparkSession spark, String place, String option) throws IOException {
    Path path = PathText.parse(place);
    FileSystem fs = path.getFileSystem(spark.sessionState().newHadoopConf());
    if (!fs.exists(path)) {
      throw new UsageException("Invalid " + option + ": no such directory: " + place);
    }
    Optional<Path> masks = MaskTable.find(fs, path, option);
    if (masks.isPresent()) {
      Dataset<Row> table = MaskTable.rows(spark, masks.get(), option, "image_id", "path", "mask");
      boolean ofRuns = List.of(table.columns()).contains("run_id");
      return new Predictions(
          table.select("image_id", "path", "mask"),
          List.of(),
          MaskTable.classNames(table),
          ofRuns ? table.select("image_id", "run_id") : table.select("image_id"));
    }
    List<ImageFile> files =
        TruthFiles.list(spark.sessionState().newHadoopConf(), place, "", option);
    Dataset<Row> listed = ImageRows.paths(spark, files);
    return new Predictions(
        listed.select(col("image_id"), col("path"), lit(null).cast("binary").as("mask")),
        files,
        List.of(),
        listed.select("image_id", "length"));
  }
}
