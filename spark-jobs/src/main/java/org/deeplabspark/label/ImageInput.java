package org.deeplabspark.label;

import java.sql.Timestamp;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.source.ReadFailure;
import org.deeplabspark.table.ErrorRow;
import org.deeplabspark.table.KnownRow;

/**
 * An image as far as it is known: more with every step that succeeds. One thread at a time works on
 * it.
 */
final class ImageInput {

  private final String imageId;
  private final String path;
  private final boolean stored;
  private final List<KnownRow> own;
  private final List<KnownRow> elsewhere;
  private final boolean trusted;
  private Timestamp modified;
  private Long length;
  private byte[] content;
  private ReadFailure failure;

  /**
   * From a row of a work list's shard.
   *
   * @param stored whether the row carries the content, if there is any
   */
  ImageInput(Row row, boolean stored) {
    this.stored = stored;
    imageId = row.getAs("image_id");
    path = row.getAs("path");
    modified = row.getAs("modification_time");
    length = row.getAs("length");
    content = row.getAs("content");
    own = KnownRow.list(row, "own");
    elsewhere = KnownRow.list(row, "elsewhere");
    trusted = row.getAs("trusted");
  }

  String imageId() {
    return imageId;
  }

  String path() {
    return path;
  }

  /** Null where unknown. */
  Timestamp modified() {
    return modified;
  }

  /** Bytes of the file. */
  long length() {
    return length;
  }

  /** Rows of this image that an earlier run left. */
  List<KnownRow> own() {
    return own;
  }

  /** Rows of other images, not among this run's, that may be of the same content. */
  List<KnownRow> elsewhere() {
    return elsewhere;
  }

  /** Whether path, length and time tell that the content is that of one of its rows. */
  boolean trusted() {
    return trusted;
  }

  /** Whether a row has its path, time and length. */
  boolean isAsIn(KnownRow known) {
    return known.path().equals(path)
        && Objects.equals(known.modificationTime(), modified)
        && Objects.equals(known.length(), length);
  }

  /** Whether an earlier run left a mask. */
  boolean hasMask() {
    return own.stream().anyMatch(KnownRow::inMasks);
  }

  /** Why there is no content, after {@link #read}. */
  Optional<ReadFailure> failure() {
    return Optional.ofNullable(failure);
  }

  /** The file, after {@link #read} without a failure; live view. */
  byte[] content() {
    return content;
  }

  /** Bytes that reading it will take; 0 where unknown. */
  long expectedBytes() {
    return length == null || trusted ? 0 : length;
  }

  /** Reads the file, unless the row had its content. What goes wrong is kept. */
  void read(InputFiles files) {
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

  /**
   * The row that says why there is no mask.
   *
   * @param digest of the content; null where it could not be read
   */
  ErrorRow error(String digest, String stage, String code, String message, String runId) {
    return new ErrorRow(imageId, path, modified, length, digest, stage, code, message, runId);
  }
}
