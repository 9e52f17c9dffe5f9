package org.deeplabspark.source;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.min_by;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.Arrays;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.settings.UsageException;

/** The rule of {@link ImageIds#assign}, for files that no memory holds. */
final class FileNames {

  private static final StructType FOUND =
      new StructType().add("input", DataTypes.IntegerType).add("file", ImageRows.SCHEMA);

  private FileNames() {}

  /** Files below one root, each listed once. */
  static Dataset<Row> ofOneRoot(SparkSession spark, JavaRDD<Row> found) {
    return named(spark.createDataFrame(found, FOUND).select("file.*"));
  }

  /**
   * Files below several roots, or of a list: some may have been named twice.
   *
   * @throws UsageException if two files have one id
   */
  static ImageRows ofMany(
      SparkSession spark, JavaRDD<Row> found, String leftOut, ImageRows.Identity identity) {
    Dataset<Row> once =
        spark
            .createDataFrame(found, FOUND)
            .groupBy(col("file.path").as("known"))
            .agg(min_by(col("file"), col("input")).as("file"))
            .select("file.*");
    Dataset<Row> rows = named(once);
    Row seen =
        rows.groupBy("image_id")
            .agg(count("*").as("files"), min("path").as("one"), max("path").as("other"))
            .agg(
                coalesce(sum("files"), lit(0L)).as("files"),
                coalesce(max("files"), lit(0L)).as("of_one_id"),
                max_by(struct("image_id", "one", "other"), col("files")).as("both"))
            .first();
    if (seen.<Long>getAs("of_one_id") > 1) {
      Row both = seen.getAs("both");
      throw new UsageException(
          String.format(
              "Invalid --input: %s and %s have the same image id %s; give the directory above both, or label them into different outputs",
              both.getAs("one"), both.getAs("other"), both.getAs("image_id")));
    }
    return new ImageRows(rows, seen.<Long>getAs("files"), leftOut, identity);
  }

  private static Dataset<Row> named(Dataset<Row> files) {
    Column file = struct("*");
    Dataset<Row> names =
        files
            .select(bare(col("image_id")).as("name"), lit(true).as("bare"), file.as("file"))
            .union(
                files.select(
                    col("image_id").as("name"),
                    lit(false).as("bare"),
                    lit(null).cast(ImageRows.SCHEMA).as("file")));
    WindowSpec sameName = Window.partitionBy("name");
    Column others = sum(when(col("bare"), 1).otherwise(0)).over(sameName).gt(1);
    // A file without extension is called as it is in either way.
    Column isAFile = max(not(col("bare"))).over(sameName);
    return names
        .withColumn("keeps", others.or(isAFile))
        .filter(col("bare"))
        .withColumn("image_id", when(col("keeps"), col("file.image_id")).otherwise(col("name")))
        .select(columns());
  }

  private static Column[] columns() {
    return Arrays.stream(ImageRows.SCHEMA.fieldNames())
        .map(name -> name.equals("image_id") ? col(name) : col("file." + name).as(name))
        .toArray(Column[]::new);
  }

  /** A relative path without the last extension of its last name. */
  static Column bare(Column relative) {
    return regexp_replace(relative, "(?<=[^/])\\.[^./]*$", "");
  }
}
