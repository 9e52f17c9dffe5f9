package org.deeplabspark.table;

import java.io.Serializable;
import java.sql.Timestamp;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A row of {@code masks} or {@code errors} that an output has already, without what it holds.
 *
 * @param imageId of the row
 * @param path of the row
 * @param modificationTime of the row; null where unknown
 * @param length of the row, bytes; null where unknown
 * @param digest of the content, where the same model and settings would make the same row of it
 *     again; else null
 * @param inMasks whether it stands in {@code masks}
 * @param file URI of the table's file that holds it
 */
public record KnownRow(
    String imageId,
    String path,
    Timestamp modificationTime,
    Long length,
    String digest,
    boolean inMasks,
    String file)
    implements Serializable {

  /** Columns, in order. */
  public static final StructType SCHEMA =
      new StructType()
          .add("image_id", DataTypes.StringType)
          .add("path", DataTypes.StringType)
          .add("modification_time", DataTypes.TimestampType)
          .add("length", DataTypes.LongType)
          .add("digest", DataTypes.StringType)
          .add("in_masks", DataTypes.BooleanType)
          .add("file", DataTypes.StringType);

  /** Reads a row of {@link #SCHEMA}. */
  public static KnownRow of(Row row) {
    return new KnownRow(
        row.getAs("image_id"),
        row.getAs("path"),
        row.getAs("modification_time"),
        row.getAs("length"),
        row.getAs("digest"),
        row.getAs("in_masks"),
        row.getAs("file"));
  }

  /** Reads an array column of such rows; empty where it is null. */
  public static List<KnownRow> list(Row row, String column) {
    int at = row.fieldIndex(column);
    return row.isNullAt(at) ? List.of() : row.<Row>getList(at).stream().map(KnownRow::of).toList();
  }

  /** The values in the order of {@link #SCHEMA}. */
  Row row() {
    return RowFactory.create(imageId, path, modificationTime, length, digest, inMasks, file);
  }
}
