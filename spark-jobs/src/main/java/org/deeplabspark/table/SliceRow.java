package org.deeplabspark.table;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.metric.Figures;
import org.deeplabspark.metric.MeanIou;

/**
 * Figures of images that belong together, a row of the table of slices; null where undefined.
 *
 * @param slice name of the column or group
 * @param value what its images have there; null for images that have nothing
 * @param images in the slice
 * @param figures over the slice's images
 */
public record SliceRow(String slice, String value, long images, Figures figures) {

  /** Columns of the files, in order. */
  public static final StructType SCHEMA =
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

  /** The values in the order of {@link #SCHEMA}. */
  public Row toRow() {
    return RowFactory.create(
        slice,
        value,
        images,
        figures.pixels(),
        Ratios.orNull(figures.meanIou(MeanIou.PRESENT)),
        Ratios.orNull(figures.meanIou(MeanIou.UNION)),
        Ratios.orNull(figures.meanIou(MeanIou.ALL)),
        Ratios.orNull(figures.pixelAccuracy()),
        Ratios.orNull(figures.meanAccuracy()),
        Ratios.orNull(figures.frequencyWeightedIou()));
  }
}
