package org.deeplabspark.table;

import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Tables small enough to be held by the driver. */
public final class DriverTable {

  private DriverTable() {}

  /** Writes the rows as one Parquet file in a directory that does not exist yet. */
  public static void write(SparkSession spark, Path directory, StructType schema, List<Row> rows) {
    spark.createDataFrame(rows, schema).coalesce(1).write().parquet(directory.toString());
  }
}
