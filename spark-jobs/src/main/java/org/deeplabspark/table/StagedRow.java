package org.deeplabspark.table;

import java.sql.Timestamp;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** What one pass over the images yields, before it is parted into tables: one kind a row. */
public final class StagedRow {

  /** Column of the kind. */
  public static final String KIND = "kind";

  /** Kind of a row whose {@link #MASK_COLUMN} is set. */
  public static final String MASK = "mask";

  /** Kind of a row whose {@link #ERROR_COLUMN} is set. */
  public static final String ERROR = "error";

  /** Kind of an image that was read and found to be what an earlier run labelled. */
  public static final String UNCHANGED = "unchanged";

  /**
   * Kind of an image whose result stands under another id, path or time: {@link #MOVED_COLUMN} says
   * where it is and what becomes of it.
   */
  public static final String MOVED = "moved";

  /** Kind of an image that cannot be read now, and whose earlier mask stays. */
  public static final String KEPT = "kept";

  /** Kind of a file that is gone and whose rows shall go. */
  public static final String FORGOTTEN = "forgotten";

  /** Struct column by {@link MaskRow#SCHEMA}. */
  public static final String MASK_COLUMN = "mask_row";

  /** Struct column by {@link ErrorRow#SCHEMA}. */
  public static final String ERROR_COLUMN = "error_row";

  /** Struct column by {@link #MOVED_SCHEMA}. */
  public static final String MOVED_COLUMN = "moved_row";

  /** Array column of {@link KnownRow#SCHEMA}: rows that go when this one comes. */
  public static final String REPLACES = "replaces";

  /** The new values of four columns, and the row {@code known} that gets them. */
  public static final StructType MOVED_SCHEMA =
      new StructType()
          .add("image_id", DataTypes.StringType)
          .add("path", DataTypes.StringType)
          .add("modification_time", DataTypes.TimestampType)
          .add("length", DataTypes.LongType)
          .add("known", KnownRow.SCHEMA);

  /** Columns, in order. */
  public static final StructType SCHEMA =
      new StructType()
          .add(KIND, DataTypes.StringType, false)
          .add(MASK_COLUMN, MaskRow.SCHEMA)
          .add(ERROR_COLUMN, ErrorRow.SCHEMA)
          .add(MOVED_COLUMN, MOVED_SCHEMA)
          .add(REPLACES, DataTypes.createArrayType(KnownRow.SCHEMA));

  private StagedRow() {}

  /** An image with a mask. */
  public static Row of(MaskRow mask, List<KnownRow> replaces) {
    return row(MASK, RowFactory.create(mask.values()), null, null, replaces);
  }

  /** An image without. */
  public static Row of(ErrorRow error, List<KnownRow> replaces) {
    return row(ERROR, null, RowFactory.create(error.values()), null, replaces);
  }

  /** An image that needed no work. */
  public static Row unchanged() {
    return row(UNCHANGED, null, null, null, List.of());
  }

  /** An image whose result is there, as a row that shall say this of it. */
  public static Row moved(
      String imageId,
      String path,
      Timestamp modificationTime,
      Long length,
      KnownRow known,
      List<KnownRow> replaces) {
    Row moved = RowFactory.create(imageId, path, modificationTime, length, known.row());
    return row(MOVED, null, null, moved, replaces);
  }

  /** An image that cannot be read now; the error says why, and goes into no table. */
  public static Row kept(ErrorRow error) {
    return row(KEPT, null, RowFactory.create(error.values()), null, List.of());
  }

  /** Rows of a file that is gone. */
  public static Row forgotten(List<KnownRow> replaces) {
    return row(FORGOTTEN, null, null, null, replaces);
  }

  private static Row row(String kind, Row mask, Row error, Row moved, List<KnownRow> replaces) {
    return RowFactory.create(
        kind, mask, error, moved, replaces.stream().map(KnownRow::row).toArray(Row[]::new));
  }
}
