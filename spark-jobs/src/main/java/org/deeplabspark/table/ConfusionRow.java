package org.deeplabspark.table;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A row of {@code confusion}, which has every pair of classes.
 *
 * @param truthClass class id in the truth
 * @param predictedClass class id in the predictions; {@link #UNMATCHED} for pixels predicted as
 *     none of the truth's classes
 * @param pixels of all images
 */
public record ConfusionRow(int truthClass, int predictedClass, long pixels) {

  /** Stands for a predicted class that the truth does not have. */
  public static final int UNMATCHED = -1;

  /** Columns of the files, in order. */
  public static final StructType SCHEMA =
      new StructType()
          .add("truth_class", DataTypes.IntegerType, false)
          .add("predicted_class", DataTypes.IntegerType, false)
          .add("pixels", DataTypes.LongType, false);

  /** Reads a row of {@link #SCHEMA}. */
  public static ConfusionRow fromRow(Row row) {
    return new ConfusionRow(
        row.getAs("truth_class"), row.getAs("predicted_class"), row.<Long>getAs("pixels"));
  }

  /** The values in the order of {@link #SCHEMA}. */
  public Row toRow() {
    return RowFactory.create(truthClass, predictedClass, pixels);
  }
}
