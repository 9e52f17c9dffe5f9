package org.deeplabspark.table;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.metric.ClassIou;

/**
 * A row of {@code slice_classes}: the counts of one class behind a {@link SliceRow}.
 *
 * @param slice name of the column or group
 * @param value what its images have there; null for images that have nothing
 * @param overlap of the class in the slice's images
 * @param className its name
 */
public record SliceClassRow(String slice, String value, ClassIou overlap, String className) {

  /** Columns of the files, in order. */
  public static final StructType SCHEMA =
      Overlaps.addNamedTo(
          new StructType()
              .add("slice", DataTypes.StringType, false)
              .add("value", DataTypes.StringType));

  /** The values in the order of {@link #SCHEMA}. */
  public Row toRow() {
    return RowFactory.create(Overlaps.namedValues(overlap, className, slice, value));
  }
}
