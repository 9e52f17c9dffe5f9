package org.deeplabspark.evaluate;

import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.dataset.TruthFile;
import org.deeplabspark.dataset.TruthList;

/**
 * A prediction with its truth.
 *
 * @param imageId of both
 * @param path of the prediction, or of the photograph where {@code mask} is there
 * @param length of the file at {@code path}, bytes; null where unknown
 * @param mask the coded prediction; null where {@code path} is to be read
 * @param truth null for a prediction without truth
 */
@SuppressWarnings("ArrayRecordComponent") // travels and is never compared
record MaskPair(String imageId, String path, Long length, byte[] mask, TruthFile truth)
    implements Serializable {

  /** Columns of a join of predictions with {@link TruthList#rows}. */
  static final StructType SCHEMA = schema();

  private static StructType schema() {
    StructType schema =
        new StructType()
            .add("image_id", DataTypes.StringType)
            .add("path", DataTypes.StringType)
            .add("length", DataTypes.LongType)
            .add("mask", DataTypes.BinaryType);
    for (StructField field : TruthList.SCHEMA.fields()) {
      schema = field.name().equals("image_id") ? schema : schema.add(field);
    }
    return schema;
  }

  /** Reads a row of {@link #SCHEMA}. */
  static MaskPair fromRow(Row row) {
    return new MaskPair(
        row.getAs("image_id"),
        row.getAs("path"),
        row.getAs("length"),
        row.getAs("mask"),
        TruthFile.fromRow(row));
  }
}
