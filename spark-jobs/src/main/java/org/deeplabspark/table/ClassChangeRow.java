package org.deeplabspark.table;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A row of {@code class_changes}: pixels that went from one class to another, for every pair that
 * has any.
 *
 * @param oldClass class id in the old run
 * @param newClass class id in the new run
 * @param oldName name of the old class
 * @param newName name of the new class
 * @param pixels of all images
 * @param fraction of all pixels, 0..1
 */
public record ClassChangeRow(
    int oldClass, int newClass, String oldName, String newName, long pixels, double fraction) {

  /** Columns of the files, in order. */
  public static final StructType SCHEMA =
      new StructType()
          .add("old_class", DataTypes.IntegerType, false)
          .add("new_class", DataTypes.IntegerType, false)
          .add("old_name", DataTypes.StringType, false)
          .add("new_name", DataTypes.StringType, false)
          .add("pixels", DataTypes.LongType, false)
          .add("fraction", DataTypes.DoubleType, false);

  /** The values in the order of {@link #SCHEMA}. */
  public Row toRow() {
    return RowFactory.create(oldClass, newClass, oldName, newName, pixels, fraction);
  }
}
