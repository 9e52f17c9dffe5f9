package org.deeplabspark.table;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.metric.ClassIou;

/**
 * A row of {@code boundary}: a class near borders, over all images.
 *
 * @param metric {@code trimap} or {@code boundary_iou}
 * @param width of the trimap's band in pixels; null for {@code boundary_iou}, where it follows from
 *     each image's size
 * @param overlap of the class within the band
 * @param className its name
 */
public record BoundaryRow(String metric, Integer width, ClassIou overlap, String className) {

  /** Columns of the files, in order. */
  public static final StructType SCHEMA =
      Overlaps.addNamedTo(
          new StructType()
              .add("metric", DataTypes.StringType, false)
              .add("width", DataTypes.IntegerType));

  /** The values in the order of {@link #SCHEMA}. */
  public Row toRow() {
    return RowFactory.create(Overlaps.namedValues(overlap, className, metric, width));
  }
}
