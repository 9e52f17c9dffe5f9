package org.deeplabspark.table;

import java.sql.Timestamp;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * One image that has no mask, and why. In the table, {@code run_date} is the partition.
 *
 * @param imageId path below the input root without its extension
 * @param path fully qualified
 * @param modificationTime of the file; null where unknown
 * @param length of the file, bytes; null where unknown
 * @param contentDigest SHA-256 of the file, lower-case hex; null where it could not be read
 * @param stage read, decode, infer, crf or encode
 * @param code short kebab-case name of the failure, to group by
 * @param message one sentence
 * @param runId of the run that made the row
 */
public record ErrorRow(
    String imageId,
    String path,
    Timestamp modificationTime,
    Long length,
    String contentDigest,
    String stage,
    String code,
    String message,
    String runId) {

  /** Code of an image that executors died of. */
  public static final String EXECUTOR_LOST = "executor-lost";

  /** Columns of the files, in order. */
  public static final StructType SCHEMA =
      new StructType()
          .add("image_id", DataTypes.StringType, false)
          .add("path", DataTypes.StringType, false)
          .add("modification_time", DataTypes.TimestampType)
          .add("length", DataTypes.LongType)
          .add("content_digest", DataTypes.StringType)
          .add("stage", DataTypes.StringType, false)
          .add("code", DataTypes.StringType, false)
          .add("message", DataTypes.StringType, false)
          .add("run_id", DataTypes.StringType, false);

  /** The values in the order of {@link #SCHEMA}. */
  Object[] values() {
    return new Object[] {
      imageId, path, modificationTime, length, contentDigest, stage, code, message, runId
    };
  }
}
