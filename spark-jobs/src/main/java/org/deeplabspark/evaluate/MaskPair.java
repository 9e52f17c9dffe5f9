package org.deeplabspark.evaluate;

import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.deeplabspark.dataset.TruthFile;

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

  /** Reads a row of {@link Predictions#rows} with a {@code length} and a truth's columns. */
  static MaskPair fromRow(Row row) {
    return new MaskPair(
        row.getAs("image_id"),
        row.getAs("path"),
        row.getAs("length"),
        row.getAs("mask"),
        TruthFile.fromRow(row));
  }
}
