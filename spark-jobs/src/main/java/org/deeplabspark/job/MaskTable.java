package org.deeplabspark.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.max;
import static scala.collection.JavaConverters.asScalaBuffer;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.deeplabspark.model.ClassLabel;
import org.deeplabspark.model.Model;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.source.ParquetFiles;

/**
 * The {@code masks} table as readers see it. Rows of earlier runs stay in the table when an image
 * is labelled again (other content, model or settings); the row of the latest run is the one that
 * counts.
 */
public final class MaskTable {

  private static final String CLASS_NAMES = "class_names";
  private static final String CLASS_COLORS = "class_colors";
  private static final String MODEL_DIGEST = "model_digest";

  private MaskTable() {}

  /** What stands in the metadata of column {@code mask}. */
  static Metadata metadata(Model model) {
    return new MetadataBuilder()
        .putStringArray(
            CLASS_NAMES,
            model.card().classes().stream().map(ClassLabel::name).toArray(String[]::new))
        .putStringArray(
            CLASS_COLORS,
            model.card().classes().stream().map(ClassLabel::color).toArray(String[]::new))
        .putString(MODEL_DIGEST, model.digest())
        .build();
  }

  /**
   * The class names that a table's metadata holds; empty for a table that some other program wrote.
   */
  public static List<String> classNames(Dataset<Row> masks) {
    Metadata metadata = masks.schema().apply("mask").metadata();
    return metadata.contains(CLASS_NAMES)
        ? List.of(metadata.getStringArray(CLASS_NAMES))
        : List.of();
  }

  /**
   * The directory of masks in an output of {@code segment}, or a masks table itself; empty where
   * there is neither.
   */
  public static Optional<Path> find(FileSystem fs, Path place) throws IOException {
    for (Path candidate : List.of(new Path(place, "masks"), place)) {
      if (ParquetFiles.existIn(fs, candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /**
   * Rows of the latest run of each image; an image whose latest run ended in {@code errors} has
   * none.
   */
  public static Dataset<Row> latest(SparkSession spark, Path masks, Optional<Path> errors) {
    Dataset<Row> all = spark.read().parquet(ImageRows.literal(masks));
    Dataset<Row> runs = all.select("image_id", "run_id");
    if (errors.isPresent()) {
      Dataset<Row> failed = spark.read().parquet(ImageRows.literal(errors.get()));
      runs = runs.union(failed.select("image_id", "run_id"));
    }
    // Masks are joined only where there is something to leave out: a join may move every one of
    // them.
    Row counts = runs.agg(count("*"), count_distinct(col("image_id"))).first();
    if (counts.getLong(0) == counts.getLong(1)) {
      return all;
    }
    Dataset<Row> latest = runs.groupBy("image_id").agg(max(col("run_id")).as("run_id"));
    return all.join(latest, asScalaBuffer(List.of("image_id", "run_id")).toSeq(), "left_semi");
  }
}
