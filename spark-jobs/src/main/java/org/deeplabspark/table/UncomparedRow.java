package org.deeplabspark.table;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A row of {@code uncompared}: an image that is in no figure, and why.
 *
 * @param imageId of the image
 * @param path of the prediction; null where unknown
 * @param code short kebab-case name of the problem, to group by
 * @param message one sentence
 */
public record UncomparedRow(String imageId, String path, String code, String message) {

  /** Columns of the files, in order. */
  public static final StructType SCHEMA =
      new StructType()
          .add("image_id", DataTypes.StringType, false)
          .add("path", DataTypes.StringType)
          .add("code", DataTypes.StringType, false)
          .add("message", DataTypes.StringType, false);

  /** The values in the order of {@link #SCHEMA}. */
  public Row toRow() {
    return RowFactory.create(imageId, path, code, message);
  }
}
