package org.deeplabspark.table;

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
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.io.ParquetFiles;
import org.deeplabspark.model.ClassLabel;
import org.deeplabspark.model.Model;
import org.deeplabspark.settings.UsageException;

/**
 * The {@code masks} table as readers see it. An image has one row, or none where it ended in {@code
 * errors}: a row that is replaced goes before the new one comes.
 */
public final class MaskTable {

  private static final String CLASS_NAMES = "class_names";
  private static final String CLASS_COLORS = "class_colors";
  private static final String MODEL_DIGEST = "model_digest";

  private MaskTable() {}

  /** What stands in the metadata of column {@code mask}. */
  public static Metadata metadata(Model model) {
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

  /** The class colours, {@code #rrggbb}, likewise. */
  public static List<String> classColors(Dataset<Row> masks) {
    Metadata metadata = masks.schema().apply("mask").metadata();
    return metadata.contains(CLASS_COLORS)
        ? List.of(metadata.getStringArray(CLASS_COLORS))
        : List.of();
  }

  /**
   * The directory of masks in an output of {@code segment}, or a masks table itself; empty where
   * there is neither.
   *
   * @param option that named it, for messages
   * @throws UsageException if it is an output in which no image has a mask
   */
  public static Optional<Path> find(FileSystem fs, Path place, String option) throws IOException {
    for (Path candidate : List.of(new Path(place, "masks"), place)) {
      if (ParquetFiles.existIn(fs, candidate)) {
        return Optional.of(candidate);
      }
    }
    if (fs.exists(new Path(place, "_runs"))) {
      throw empty(place, option);
    }
    return Optional.empty();
  }

  /**
   * Its rows, one an image that has a mask.
   *
   * @param option that named it, for messages
   * @param columns that are wanted
   * @throws UsageException if it lacks one of them or has no row
   * @throws IllegalStateException if a file of it is damaged
   */
  public static Dataset<Row> rows(SparkSession spark, Path masks, String option, String... columns)
      throws IOException {
    StructType wanted = new StructType();
    for (String column : columns) {
      wanted = wanted.add(MaskRow.SCHEMA.apply(column));
    }
    Dataset<Row> table =
        StoredTable.read(
            spark,
            masks,
            wanted,
            option,
            "give an output of segment or a folder of PNG masks",
            ParquetFiles.LABEL_AGAIN);
    if (table.select(columns[0]).isEmpty()) {
      throw empty(masks, option);
    }
    return table;
  }

  private static UsageException empty(Path place, String option) {
    return new UsageException(
        String.format(
            "Invalid %s: there are no masks in %s; its errors say why, where segment wrote it",
            option, place));
  }
}
