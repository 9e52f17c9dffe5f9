package org.deeplabspark.source;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.when;

import java.io.IOException;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.deeplabspark.io.ParquetFiles;
import org.deeplabspark.io.PathText;
import org.deeplabspark.settings.InputFilter;
import org.deeplabspark.settings.UsageException;

/**
 * Images as rows: path rows whose files the executors open, or rows that carry their content.
 *
 * @param rows by {@link #SCHEMA}, each {@code image_id} once
 * @param count of the rows
 * @param leftOut what was seen and is not among the rows, to be appended to a sentence
 * @param identity by what an image is known again
 */
public record ImageRows(Dataset<Row> rows, long count, String leftOut, Identity identity) {

  /** By what a later run knows an image again. */
  public enum Identity {
    /** Its path; where no row has that, its id. */
    PATH,
    /** The same, and a row's id stays whatever the image's is: a list says nothing about ids. */
    PATH_AND_KNOWN_ID,
    /** Its id: the row has the content, and the path may be anything. */
    ID
  }

  /** Whether rows carry their content, null where there is none; else executors open the paths. */
  public boolean stored() {
    return identity == Identity.ID;
  }

  /** Columns; {@code content} is null where the executor opens {@code path}. */
  public static final StructType SCHEMA =
      new StructType()
          .add("image_id", DataTypes.StringType, false)
          .add("path", DataTypes.StringType, false)
          .add("modification_time", DataTypes.TimestampType)
          .add("length", DataTypes.LongType)
          .add("content", DataTypes.BinaryType);

  /** First entries of a directory that tell whether it is a Parquet data set. */
  private static final int ENTRIES_LOOKED_AT = 1000;

  /** Files a partition of the path rows, before they are spread for the work itself. */
  private static final int FILES_PER_SLICE = 10_000;

  /**
   * Opens inputs.
   *
   * @param inputs directories, globs, files, or one Parquet data set with {@code path} and {@code
   *     content}
   * @throws UsageException if there is nothing to read
   */
  public static ImageRows of(SparkSession spark, List<String> inputs, InputFilter filter)
      throws IOException {
    for (String input : inputs) {
      if (isParquet(spark, input)) {
        if (inputs.size() > 1) {
          throw new UsageException(
              "Invalid --input: a Parquet data set stands alone, got " + inputs.size() + " inputs");
        }
        return parquet(spark, input);
      }
    }
    ImageTree tree = ImageTree.of(spark, inputs, filter);
    if (tree.count() == 0 && tree.leftOut().times() == 0) {
      throw new UsageException(
          "Invalid --input: no image in " + String.join(", ", inputs) + tree.leftOut().sentence());
    }
    JavaRDD<Row> files =
        tree.files().map(found -> RowFactory.create(found.input(), row(found.file())));
    return inputs.size() == 1
        ? new ImageRows(
            FileNames.ofOneRoot(spark, files),
            tree.count(),
            tree.leftOut().sentence(),
            Identity.PATH)
        : FileNames.ofMany(spark, files, tree.leftOut().sentence(), Identity.PATH);
  }

  /**
   * Looks at a list of paths without reading it.
   *
   * @throws UsageException if there is no such list, or nothing in it
   */
  public static void checkList(FileSystem fs, String list) throws IOException {
    FileList.length(fs, list);
  }

  /**
   * Opens a list of paths.
   *
   * @param idRoot directory that ids are relative to; empty: whole paths
   * @throws UsageException if there is no such list, or no path in it
   */
  public static ImageRows ofList(
      SparkSession spark,
      String list,
      Optional<String> idRoot,
      InputFilter filter,
      InputFiles opener)
      throws IOException {
    JavaRDD<Row> files =
        FileList.read(spark, list, idRoot, filter, opener)
            .map(file -> RowFactory.create(0, row(file)))
            .persist(StorageLevel.DISK_ONLY());
    ImageRows rows =
        FileNames.ofMany(
            spark, files, "", idRoot.isEmpty() ? Identity.PATH_AND_KNOWN_ID : Identity.PATH);
    if (rows.count() == 0) {
      throw new UsageException("Invalid --files-from: no path in " + list);
    }
    return rows;
  }

  /** Files as path rows. */
  public static Dataset<Row> paths(SparkSession spark, List<ImageFile> files) {
    List<Row> rows = files.stream().map(ImageRows::row).toList();
    int slices = 1 + rows.size() / FILES_PER_SLICE;
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, slices), SCHEMA);
  }

  private static Row row(ImageFile file) {
    Timestamp modified =
        file.modificationTime() == null ? null : Timestamp.from(file.modificationTime());
    return RowFactory.create(file.imageId(), file.path(), modified, file.length(), null);
  }

  /** A path as a Spark reader takes it: characters of Hadoop's globs escaped. */
  public static String literal(Path path) {
    return path.toString().replaceAll("([\\\\{}\\[\\]*?])", "\\\\$1");
  }

  private static boolean isParquet(SparkSession spark, String input) throws IOException {
    Path path = PathText.parse(input);
    FileSystem fs = path.getFileSystem(spark.sessionState().newHadoopConf());
    if (!fs.exists(path)) {
      return false;
    }
    if (path.getName().endsWith(".parquet")) {
      return true;
    }
    FileStatus status = fs.getFileStatus(path);
    return status.isDirectory() && beginsWithParquet(fs, path);
  }

  /** A data set's directory holds little else; a directory of a million images is not read here. */
  private static boolean beginsWithParquet(FileSystem fs, Path directory) throws IOException {
    try (DirectoryEntries entries = DirectoryEntries.of(fs, directory)) {
      for (int i = 0; i < ENTRIES_LOOKED_AT && entries.hasNext(); i++) {
        if (isParquet(entries.next())) {
          return true;
        }
      }
      return false;
    }
  }

  private static boolean isParquet(DirectoryEntries.Entry entry) {
    return entry.kind() == DirectoryEntries.Kind.FILE && ParquetFiles.isNamed(entry.name());
  }

  private static ImageRows parquet(SparkSession spark, String input) {
    Dataset<Row> stored = spark.read().parquet(literal(new Path(input)));
    List<String> columns = List.of(stored.columns());
    if (!columns.contains("path") || !columns.contains("content")) {
      throw new UsageException(
          "Invalid --input: a Parquet data set of images has columns path and content, "
              + input
              + " has "
              + String.join(", ", columns));
    }
    Column bare =
        FileNames.bare(regexp_replace(col("path"), "^[A-Za-z][A-Za-z0-9+.-]*:/*|^/+", ""));
    Column named = when(length(bare).gt(0), bare);
    Column id = columns.contains("image_id") ? coalesce(col("image_id"), named) : named;
    Dataset<Row> all =
        stored.select(
            id.as("image_id"),
            coalesce(when(length(col("path")).gt(0), col("path")), id).as("path"),
            first(columns, "modification_time", "modificationTime")
                .cast("timestamp")
                .as("modification_time"),
            first(columns, "length").cast("long").as("length"),
            col("content"));
    Dataset<Row> rows = all.filter(col("image_id").isNotNull());
    List<Row> twice = rows.groupBy("image_id").count().filter(col("count").gt(1)).takeAsList(1);
    if (!twice.isEmpty()) {
      throw new UsageException(
          "Invalid --input: image id "
              + twice.get(0).<String>getAs("image_id")
              + " stands twice in "
              + input);
    }
    long count = rows.count();
    SkippedFiles leftOut = new SkippedFiles().add(SkippedFiles.Reason.NO_PATH, all.count() - count);
    return new ImageRows(rows, count, leftOut.sentence(), Identity.ID);
  }

  private static Column first(List<String> columns, String... names) {
    return Arrays.stream(names)
        .filter(columns::contains)
        .findFirst()
        .map(org.apache.spark.sql.functions::col)
        .orElse(lit(null));
  }
}
