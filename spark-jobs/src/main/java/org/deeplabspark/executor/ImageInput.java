package org.deeplabspark.executor;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.sql.Timestamp;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.sql.Row;
import org.deeplabspark.source.HadoopBytes;
import org.deeplabspark.table.ErrorRow;

/**
 * An image as far as it is known: more with every step that succeeds. One thread at a time works on
 * it.
 */
final class ImageInput {

  private final String imageId;
  private final String path;
  private final String doneDigest;
  private Timestamp modified;
  private Long length;
  private byte[] content;
  private ReadFailure failure;

  /** From a row of {@code ImageRows.SCHEMA} and {@code done_digest}. */
  ImageInput(Row row) {
    imageId = row.getString(0);
    path = row.getString(1);
    modified = row.getAs(2);
    length = row.getAs(3);
    content = row.getAs(4);
    doneDigest = row.getAs("done_digest");
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

  /** The content that an earlier run has labelled in the same way; null where none. */
  String doneDigest() {
    return doneDigest;
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
    return length == null ? 0 : length;
  }

  /** Reads the file, unless the row had its content. What goes wrong is kept. */
  void read(Configuration hadoop, long maxBytes) {
    try {
      readUpTo(maxBytes, hadoop);
    } catch (ReadFailure e) {
      failure = e;
    } catch (FileNotFoundException e) {
      failure = new ReadFailure("not-found", "There is no file " + path, e);
    } catch (AccessControlException e) {
      failure = new ReadFailure("permission-denied", String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      failure = new ReadFailure("io-error", e.toString(), e);
    } catch (OutOfMemoryError e) {
      failure = new ReadFailure("out-of-memory", "No memory for " + length + " bytes", e);
    }
  }

  private void readUpTo(long maxBytes, Configuration hadoop) throws IOException, ReadFailure {
    if (content == null) {
      Path file = new Path(path);
      FileSystem fs = FileSystem.get(file.toUri(), hadoop);
      FileStatus status = fs.getFileStatus(file);
      length = status.getLen();
      modified = new Timestamp(status.getModificationTime());
      if (length > maxBytes) {
        throw new ReadFailure(
            "too-large",
            String.format("The file has %d bytes, image.max-file-mib allows %d", length, maxBytes),
            null);
      }
      content = HadoopBytes.read(fs, file);
    }
    length = (long) content.length;
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
