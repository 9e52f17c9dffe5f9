package org.deeplabspark.table;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * An image in both runs, a row of the table of changes.
 *
 * @param imageId of the image
 * @param pixels of the image
 * @param changed pixels with another label
 * @param fraction of the pixels that changed, 0..1
 * @param oldMeanIou over the classes in its truth, 0..1; null without truth
 * @param newMeanIou likewise in the new run
 */
public record ChangeRow(
    String imageId,
    long pixels,
    long changed,
    double fraction,
    Double oldMeanIou,
    Double newMeanIou) {

  /** Columns of the files, in order. */
  public static final StructType SCHEMA =
      new StructType()
          .add("image_id", DataTypes.StringType)
          .add("pixels", DataTypes.LongType)
          .add("changed", DataTypes.LongType)
          .add("changed_fraction", DataTypes.DoubleType)
          .add("old_mIoU", DataTypes.DoubleType)
          .add("new_mIoU", DataTypes.DoubleType);

  /** Reads a row of {@link #SCHEMA}. */
  public static ChangeRow fromRow(Row row) {
    return new ChangeRow(
        row.getAs("image_id"),
        row.<Long>getAs("pixels"),
        row.<Long>getAs("changed"),
        row.<Double>getAs("changed_fraction"),
        row.getAs("old_mIoU"),
        row.getAs("new_mIoU"));
  }
}
