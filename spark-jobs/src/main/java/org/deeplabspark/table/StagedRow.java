package org.deeplabspark.table;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What one pass over the images yields, before it is parted into tables: a mask, an error, or the
 * news that the image has a mask already. Exactly one of the three a row.
 */
public final class StagedRow {

  /** Column of the kind. */
  public static final String KIND = "kind";

  /** Kind of a row whose {@link #MASK_COLUMN} is set. */
  public static final String MASK = "mask";

  /** Kind of a row whose {@link #ERROR_COLUMN} is set. */
  public static final String ERROR = "error";

  /** Kind of a row without either: read, and found to be what an earlier run labelled. */
  public static final String UNCHANGED = "unchanged";

  /** Struct column by {@link MaskRow#SCHEMA}. */
  public static final String MASK_COLUMN = "mask_row";

  /** Struct column by {@link ErrorRow#SCHEMA}. */
  public static final String ERROR_COLUMN = "error_row";

  /** Columns, in order. */
  public static final StructType SCHEMA =
      new StructType()
          .add(KIND, DataTypes.StringType, false)
          .add(MASK_COLUMN, MaskRow.SCHEMA)
          .add(ERROR_COLUMN, ErrorRow.SCHEMA);

  private StagedRow() {}

  /** An image with a mask. */
  public static Row of(MaskRow mask) {
    return RowFactory.create(MASK, RowFactory.create(mask.values()), null);
  }

  /** An image without. */
  public static Row of(ErrorRow error) {
    return RowFactory.create(ERROR, null, RowFactory.create(error.values()));
  }

  /** An image that needed no work. */
  public static Row unchanged() {
    return RowFactory.create(UNCHANGED, null, null);
  }
}
