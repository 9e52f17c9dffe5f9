package org.deeplabspark.table;

import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Schemas of what {@code evaluate} writes: counts, from which any slice's IoU is one sum away. */
public final class ImageCount {

  /** {@code per_image}: one row an image and class that occurs in its truth or prediction. */
  public static final StructType PER_IMAGE =
      new StructType()
          .add("image_id", DataTypes.StringType, false)
          .add("class_id", DataTypes.IntegerType, false)
          .add("truth_pixels", DataTypes.LongType, false)
          .add("predicted_pixels", DataTypes.LongType, false)
          .add("intersection", DataTypes.LongType, false);

  /** {@code per_class}: ratios are null for a class in neither truth nor prediction. */
  public static final StructType PER_CLASS =
      new StructType()
          .add("class_id", DataTypes.IntegerType, false)
          .add("class_name", DataTypes.StringType, false)
          .add("truth_pixels", DataTypes.LongType, false)
          .add("predicted_pixels", DataTypes.LongType, false)
          .add("intersection", DataTypes.LongType, false)
          .add("union", DataTypes.LongType, false)
          .add("iou", DataTypes.DoubleType)
          .add("accuracy", DataTypes.DoubleType)
          .add("dice", DataTypes.DoubleType);

  /** {@code confusion}: every pair of classes. */
  public static final StructType CONFUSION =
      new StructType()
          .add("truth_class", DataTypes.IntegerType, false)
          .add("predicted_class", DataTypes.IntegerType, false)
          .add("pixels", DataTypes.LongType, false);

  /**
   * One pass over the pairs of masks: a pair of classes that occurs in an image, or what is wrong
   * with the image.
   */
  public static final StructType CELL =
      new StructType()
          .add("image_id", DataTypes.StringType, false)
          .add("truth_class", DataTypes.IntegerType, false)
          .add("predicted_class", DataTypes.IntegerType, false)
          .add("pixels", DataTypes.LongType, false)
          .add("problem", DataTypes.StringType);

  private ImageCount() {}
}
