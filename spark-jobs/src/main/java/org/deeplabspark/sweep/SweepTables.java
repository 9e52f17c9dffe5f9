package org.deeplabspark.sweep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.table.ClassCountRow;
import org.deeplabspark.table.ErrorRow;
import org.deeplabspark.table.Overlaps;

/** Schemas of a sweep's tables. */
final class SweepTables {

  private static final StructType COUNT =
      Overlaps.addTo(new StructType().add("setting_id", DataTypes.IntegerType, false));

  /** One image under all settings, or what is wrong with it. */
  static final StructType IMAGE =
      new StructType()
          .add("image_id", DataTypes.StringType, false)
          .add("path", DataTypes.StringType, false)
          .add("modification_time", DataTypes.TimestampType)
          .add("length", DataTypes.LongType)
          .add("content_digest", DataTypes.StringType)
          .add("stage", DataTypes.StringType)
          .add("code", DataTypes.StringType)
          .add("message", DataTypes.StringType)
          .add("decode_millis", DataTypes.DoubleType)
          .add("infer_millis", DataTypes.DoubleType)
          .add("crf_millis", DataTypes.DoubleType)
          .add("counts", DataTypes.createArrayType(COUNT, false));

  /** {@code settings}: one row a candidate, with what it reached. */
  static final StructType SETTINGS =
      new StructType()
          .add("setting_id", DataTypes.IntegerType, false)
          .add("kind", DataTypes.StringType, false)
          .add("round", DataTypes.IntegerType, false)
          .add("iterations", DataTypes.IntegerType)
          .add("normalization", DataTypes.StringType)
          .add("gaussian_weight", DataTypes.DoubleType)
          .add("gaussian_xy_std", DataTypes.DoubleType)
          .add("bilateral_weight", DataTypes.DoubleType)
          .add("bilateral_xy_std", DataTypes.DoubleType)
          .add("bilateral_rgb_std", DataTypes.DoubleType)
          .add("retire_below", DataTypes.DoubleType)
          .add("mIoU", DataTypes.DoubleType)
          .add("mIoU_low", DataTypes.DoubleType)
          .add("mIoU_high", DataTypes.DoubleType)
          .add("gain", DataTypes.DoubleType)
          .add("gain_low", DataTypes.DoubleType)
          .add("gain_high", DataTypes.DoubleType)
          .add("pixel_accuracy", DataTypes.DoubleType);

  /** {@code per_class}: that of an evaluation, for each setting. */
  static final StructType PER_CLASS = withSetting(ClassCountRow.SCHEMA);

  private SweepTables() {}

  private static StructType withSetting(StructType schema) {
    StructType with = new StructType().add("setting_id", DataTypes.IntegerType, false);
    for (StructField field : schema.fields()) {
      with = with.add(field);
    }
    return with;
  }

  /** {@code per_image} of the images that went well. */
  static Dataset<Row> perImage(Dataset<Row> images) {
    return images
        .filter(col("stage").isNull())
        .select(col("image_id"), explode(col("counts")).as("c"))
        .select(
            "c.setting_id",
            "image_id",
            "c.class_id",
            "c.truth_pixels",
            "c.predicted_pixels",
            "c.intersection");
  }

  /** {@code errors}: an image that failed is there once, however often it was tried. */
  static Dataset<Row> errors(Dataset<Row> images, String runId) {
    return images
        .filter(col("stage").isNotNull())
        .dropDuplicates("image_id")
        .withColumn("run_id", lit(runId))
        .selectExpr(ErrorRow.SCHEMA.fieldNames());
  }
}
