package org.deeplabspark.table;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.metric.ClassIou;

/**
 * A row of {@code per_class}: a class over all images. Ratios are null for a class in neither truth
 * nor prediction.
 *
 * @param overlap of the class
 * @param className its name
 * @param images that have the class in their truth
 */
public record ClassCountRow(ClassIou overlap, String className, long images) {

  /** Columns of the files, in order. */
  public static final StructType SCHEMA =
      Overlaps.addNamedTo(new StructType()).add("images", DataTypes.LongType, false);

  /** Reads a row that has these columns. */
  public static ClassCountRow fromRow(Row row) {
    return new ClassCountRow(
        Overlaps.fromRow(row), row.getAs("class_name"), row.<Long>getAs("images"));
  }

  /** The values in the order of {@link #SCHEMA}. */
  public Row toRow() {
    return toRow(new Object[0]);
  }

  /** The same behind the values of other columns. */
  public Row toRow(Object... before) {
    return RowFactory.create(
        Overlaps.append(Overlaps.namedValues(overlap, className, before), images));
  }
}
