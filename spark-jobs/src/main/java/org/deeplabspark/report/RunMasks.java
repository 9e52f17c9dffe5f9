package org.deeplabspark.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
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
import org.deeplabspark.io.ParquetFiles;
import org.deeplabspark.io.PathText;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.table.MaskTable;

/**
 * A run's masks and what is known of them.
 *
 * @param rows {@code image_id}, {@code photo_path} (null in a folder of PNGs), {@code mask_path}
 *     (null in a table), {@code mask}, {@code marginal}, {@code changed} (null where unknown)
 * @param classNames in order; empty where unknown
 * @param classColors likewise
 * @param errors images that have no mask
 * @param run of the masks; empty where there is no record of one
 */
record RunMasks(
    Dataset<Row> rows,
    List<String> classNames,
    List<String> classColors,
    long errors,
    Optional<RunFacts> run) {

  static RunMasks of(SparkSession spark, String place, String option) throws IOException {
    Path path = PathText.parse(place);
    FileSystem fs = path.getFileSystem(spark.sessionState().newHadoopConf());
    if (!fs.exists(path)) {
      throw new UsageException("Invalid " + option + ": no such directory: " + place);
    }
    Optional<Path> table = MaskTable.find(fs, path, option);
    if (table.isEmpty()) {
      Dataset<Row> files =
          ImageRows.paths(
              spark, TruthFiles.list(spark.sessionState().newHadoopConf(), place, "", option));
      return new RunMasks(
          files.select(
              col("image_id"),
              lit(null).cast("string").as("photo_path"),
              col("path").as("mask_path"),
              lit(null).cast("binary").as("mask"),
              lit(null).cast("float").as("marginal"),
              lit(null).cast("float").as("changed")),
          List.of(),
          List.of(),
          0,
          Optional.empty());
    }
    Dataset<Row> masks =
        MaskTable.rows(
            spark,
            table.get(),
            option,
            "image_id",
            "path",
            "mask",
            "mean_confidence",
            "crf_changed_fraction",
            "model_digest",
            "config_digest",
            "run_id");
    Path output = table.get().getName().equals("masks") ? table.get().getParent() : table.get();
    Path errors = new Path(output, "errors");
    long without =
        ParquetFiles.existIn(fs, errors)
            ? spark.read().parquet(ImageRows.literal(errors)).count()
            : 0;
    return new RunMasks(
        masks.select(
            col("image_id"),
            col("path").as("photo_path"),
            lit(null).cast("string").as("mask_path"),
            col("mask"),
            col("mean_confidence").as("marginal"),
            col("crf_changed_fraction").as("changed")),
        MaskTable.classNames(masks),
        MaskTable.classColors(masks),
        without,
        RunFacts.of(fs, output, makers(masks), option));
  }

  private static List<RunFacts.Maker> makers(Dataset<Row> masks) {
    return masks
        .groupBy(col("run_id"), concat_ws(" ", col("model_digest"), col("config_digest")).as("key"))
        .count()
        .collectAsList()
        .stream()
        .map(
            row ->
                new RunFacts.Maker(row.getAs("run_id"), row.getAs("key"), row.<Long>getAs("count")))
        .toList();
  }
}
