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

  /**
   * {@code per_class}: ratios are null for a class in neither truth nor prediction; {@code images}
   * have the class in their truth.
   */
  public static final StructType PER_CLASS =
      withClass(new StructType()).add("images", DataTypes.LongType, false);

  /**
   * {@code confusion}: every pair of classes; predicted class -1 for pixels predicted as none of
   * them.
   */
  public static final StructType CONFUSION =
      new StructType()
          .add("truth_class", DataTypes.IntegerType, false)
          .add("predicted_class", DataTypes.IntegerType, false)
          .add("pixels", DataTypes.LongType, false);

  /**
   * {@code boundary}: metric {@code trimap} by width of the band in pixels, and {@code
   * boundary_iou}, whose width follows from each image's size and is null; every class.
   */
  public static final StructType BOUNDARY =
      withClass(
          new StructType()
              .add("metric", DataTypes.StringType, false)
              .add("width", DataTypes.IntegerType));

  /** {@code slices}: figures of images that belong together, null where undefined. */
  public static final StructType SLICES =
      new StructType()
          .add("slice", DataTypes.StringType, false)
          .add("value", DataTypes.StringType)
          .add("images", DataTypes.LongType, false)
          .add("pixels", DataTypes.LongType, false)
          .add("miou_present", DataTypes.DoubleType)
          .add("miou_union", DataTypes.DoubleType)
          .add("miou_all", DataTypes.DoubleType)
          .add("pixel_accuracy", DataTypes.DoubleType)
          .add("mean_accuracy", DataTypes.DoubleType)
          .add("fw_iou", DataTypes.DoubleType);

  /** {@code slice_classes}: the counts behind {@code slices}, every class. */
  public static final StructType SLICE_CLASSES =
      withClass(
          new StructType()
              .add("slice", DataTypes.StringType, false)
              .add("value", DataTypes.StringType));

  /** {@code uncompared}: images that are in no figure, and why. */
  public static final StructType UNCOMPARED =
      new StructType()
          .add("image_id", DataTypes.StringType, false)
          .add("path", DataTypes.StringType)
          .add("code", DataTypes.StringType, false)
          .add("message", DataTypes.StringType, false);

  private ImageCount() {}

  private static StructType withClass(StructType before) {
    return before
        .add("class_id", DataTypes.IntegerType, false)
        .add("class_name", DataTypes.StringType, false)
        .add("truth_pixels", DataTypes.LongType, false)
        .add("predicted_pixels", DataTypes.LongType, false)
        .add("intersection", DataTypes.LongType, false)
        .add("union", DataTypes.LongType, false)
        .add("iou", DataTypes.DoubleType)
        .add("accuracy", DataTypes.DoubleType)
        .add("dice", DataTypes.DoubleType);
  }
}
