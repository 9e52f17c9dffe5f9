package org.deeplabspark.diff;

import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Schemas of {@code diff}. */
final class DiffTables {

  private static final StructType PAIR =
      new StructType()
          .add("old_class", DataTypes.IntegerType, false)
          .add("new_class", DataTypes.IntegerType, false)
          .add("pixels", DataTypes.LongType, false);

  private static final StructType OVERLAP =
      new StructType()
          .add("run", DataTypes.IntegerType, false)
          .add("class_id", DataTypes.IntegerType, false)
          .add("truth_pixels", DataTypes.LongType, false)
          .add("predicted_pixels", DataTypes.LongType, false)
          .add("intersection", DataTypes.LongType, false);

  /** One image in both runs, or what is wrong with it. */
  static final StructType IMAGE =
      new StructType()
          .add("image_id", DataTypes.StringType, false)
          .add("problem", DataTypes.StringType)
          .add("pixels", DataTypes.LongType)
          .add("changed", DataTypes.LongType)
          .add("old_mIoU", DataTypes.DoubleType)
          .add("new_mIoU", DataTypes.DoubleType)
          .add("pairs", DataTypes.createArrayType(PAIR, false))
          .add("overlaps", DataTypes.createArrayType(OVERLAP, false));

  /** {@code class_changes}: every pair of classes that some pixel went between. */
  static final StructType CLASS_CHANGES =
      new StructType()
          .add("old_class", DataTypes.IntegerType, false)
          .add("new_class", DataTypes.IntegerType, false)
          .add("old_name", DataTypes.StringType, false)
          .add("new_name", DataTypes.StringType, false)
          .add("pixels", DataTypes.LongType, false)
          .add("fraction", DataTypes.DoubleType, false);

  /**
   * {@code per_class}: IoU in both runs, null for a class in neither truth nor prediction; ends of
   * the interval are null where fewer than five {@code images} have the class in their truth.
   */
  static final StructType PER_CLASS =
      new StructType()
          .add("class_id", DataTypes.IntegerType, false)
          .add("class_name", DataTypes.StringType, false)
          .add("old_iou", DataTypes.DoubleType)
          .add("new_iou", DataTypes.DoubleType)
          .add("delta", DataTypes.DoubleType)
          .add("delta_low", DataTypes.DoubleType)
          .add("delta_high", DataTypes.DoubleType)
          .add("images", DataTypes.LongType, false);

  private DiffTables() {}
}
