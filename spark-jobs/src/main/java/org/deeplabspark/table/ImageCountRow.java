package org.deeplabspark.table;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.metric.ClassIou;

/**
 * A row of {@code per_image}: an image's counts of one class that occurs in its truth or
 * prediction. Any slice's IoU is one sum away.
 *
 * @param imageId of the image
 * @param overlap of the class in the image
 */
public record ImageCountRow(String imageId, ClassIou overlap) {

  /** Columns of the files, in order. */
  public static final StructType SCHEMA =
      Overlaps.addTo(new StructType().add("image_id", DataTypes.StringType, false));

  /** Reads a row that has these columns, whatever else it has. */
  public static ImageCountRow fromRow(Row row) {
    return new ImageCountRow(row.getAs("image_id"), Overlaps.fromRow(row));
  }

  /** The values in the order of {@link #SCHEMA}. */
  public Row toRow() {
    return RowFactory.create(Overlaps.values(overlap, imageId));
  }
}
