package org.deeplabspark.table;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.io.ParquetFiles;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.ImageRows;

/** Tables of ours that a user names: what is not one is said in one line. */
public final class StoredTable {

  private StoredTable() {}

  /**
   * Opens a table.
   *
   * @param schema columns that it must have, whatever else it has
   * @param option that named it, for messages
   * @param fix what to do about a table that is not right
   * @param repair what to do about a file of it that is damaged
   * @throws UsageException if there is none, or it lacks a column
   * @throws IllegalStateException if a file of it is damaged
   */
  public static Dataset<Row> read(
      SparkSession spark, Path path, StructType schema, String option, String fix, String repair)
      throws IOException {
    FileSystem fs = path.getFileSystem(spark.sessionState().newHadoopConf());
    if (!ParquetFiles.existIn(fs, path)) {
      throw new UsageException(
          String.format("Invalid %s: there is no table %s; %s", option, path, fix));
    }
    ParquetFiles.requireWhole(fs, path, repair);
    Dataset<Row> table = spark.read().parquet(ImageRows.literal(path));
    List<String> columns = Arrays.asList(table.columns());
    for (StructField wanted : schema.fields()) {
      String type = wanted.dataType().catalogString();
      if (!columns.contains(wanted.name())
          || !table.schema().apply(wanted.name()).dataType().catalogString().equals(type)) {
        throw new UsageException(
            String.format(
                "Invalid %s: the table %s has no column %s of type %s; %s",
                option, path, wanted.name(), type, fix));
      }
    }
    return table;
  }
}
