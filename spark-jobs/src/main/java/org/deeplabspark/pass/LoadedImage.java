package org.deeplabspark.pass;

import java.sql.Timestamp;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.source.ReadFailure;

/**
 * An image of a pass: what its row says, and once it was read its content. One thread at a time
 * works on it.
 */
public final class LoadedImage {

  private final Row row;
  private final String imageId;
  private final String path;
  private Timestamp modified;
  private Long length;
  private byte[] content;
  private ReadFailure failure;

  /** From a row with the columns of {@code ImageRows.SCHEMA} and any others. */
  public LoadedImage(Row row) {
    this.row = row;
    imageId = row.getAs("image_id");
    path = row.getAs("path");
    modified = row.getAs("modification_time");
    length = row.getAs("length");
    content = row.getAs("content");
  }

  /** The row, for the columns that only some passes have. */
  public Row row() {
    return row;
  }

  /** Id of the image. */
  public String imageId() {
    return imageId;
  }

  /** Path of the file, fully qualified, or what a Parquet row gives for one. */
  public String path() {
    return path;
  }

  /** Null where unknown. */
  public Timestamp modified() {
    return modified;
  }

  /** Bytes of the file; null where unknown. */
  public Long length() {
    return length;
  }

  /** The file; null before it was read, and where it could not be. Live view. */
  public byte[] content() {
    return content;
  }

  /** Why there is no content, once it was to be read. */
  Optional<ReadFailure> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Reads the file; what goes wrong is kept.
   *
   * @param stored whether the row has the content, if there is any
   */
  void read(InputFiles files, boolean stored) {
    try {
      if (stored && content == null) {
        throw new ReadFailure(
            "no-content", "The row has no content; --files-from takes lists of paths");
      }
      if (!stored) {
        InputFiles.Content read = files.read(path);
        content = read.bytes();
        modified = new Timestamp(read.modifiedMillis());
      }
      length = (long) content.length;
    } catch (ReadFailure e) {
      failure = e;
    }
  }
}
