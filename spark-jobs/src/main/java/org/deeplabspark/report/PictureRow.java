package org.deeplabspark.report;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Small pictures of one image, all of one size; null where there is nothing to show.
 *
 * @param imageId of the image
 * @param width of all pictures, pixels
 * @param height likewise
 * @param photo JPEG
 * @param truth PNG
 * @param raw PNG of the mask without CRF
 * @param refined PNG of the mask
 * @param errors JPEG
 * @param notes what could not be shown, and why; may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // travels and is never compared
record PictureRow(
    String imageId,
    int width,
    int height,
    byte[] photo,
    byte[] truth,
    byte[] raw,
    byte[] refined,
    byte[] errors,
    String notes) {

  static final StructType SCHEMA =
      new StructType()
          .add("image_id", DataTypes.StringType, false)
          .add("width", DataTypes.IntegerType, false)
          .add("height", DataTypes.IntegerType, false)
          .add("photo", DataTypes.BinaryType)
          .add("truth", DataTypes.BinaryType)
          .add("raw", DataTypes.BinaryType)
          .add("refined", DataTypes.BinaryType)
          .add("errors", DataTypes.BinaryType)
          .add("notes", DataTypes.StringType, false);

  static PictureRow fromRow(Row row) {
    return new PictureRow(
        row.getAs("image_id"),
        row.getAs("width"),
        row.getAs("height"),
        row.getAs("photo"),
        row.getAs("truth"),
        row.getAs("raw"),
        row.getAs("refined"),
        row.getAs("errors"),
        row.getAs("notes"));
  }

  /** The values in the order of {@link #SCHEMA}. */
  Row toRow() {
    return RowFactory.create(imageId, width, height, photo, truth, raw, refined, errors, notes);
  }
}
