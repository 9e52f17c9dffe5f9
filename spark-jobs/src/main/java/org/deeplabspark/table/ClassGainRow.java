package org.deeplabspark.table;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.metric.Interval;

/**
 * A row of {@code per_class} as {@code diff} writes it: a class's IoU in both runs, null for a
 * class in neither truth nor prediction. Ends of the interval are null where fewer than five images
 * have the class in their truth.
 *
 * @param classId of the class
 * @param className its name
 * @param oldIou 0..1; NaN where undefined
 * @param newIou 0..1; NaN where undefined
 * @param delta interval of new minus old
 * @param images that have the class in their truth
 */
public record ClassGainRow(
    int classId, String className, double oldIou, double newIou, Interval delta, long images) {

  /** Columns of the files, in order. */
  public static final StructType SCHEMA =
      new StructType()
          .add("class_id", DataTypes.IntegerType, false)
          .add("class_name", DataTypes.StringType, false)
          .add("old_iou", DataTypes.DoubleType)
          .add("new_iou", DataTypes.DoubleType)
          .add("delta", DataTypes.DoubleType)
          .add("delta_low", DataTypes.DoubleType)
          .add("delta_high", DataTypes.DoubleType)
          .add("images", DataTypes.LongType, false);

  /** The values in the order of {@link #SCHEMA}. */
  public Row toRow() {
    return RowFactory.create(
        classId,
        className,
        Ratios.orNull(oldIou),
        Ratios.orNull(newIou),
        Ratios.orNull(newIou - oldIou),
        Ratios.orNull(delta.low()),
        Ratios.orNull(delta.high()),
        images);
  }
}
