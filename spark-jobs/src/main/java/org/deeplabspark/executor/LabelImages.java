package org.deeplabspark.executor;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.sql.Timestamp;
import java.util.Iterator;
import java.util.Locale;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;
import org.deeplabspark.model.Model;
import org.deeplabspark.model.Sha256;
import org.deeplabspark.segment.SegmentedImage;
import org.deeplabspark.segment.Segmenter;
import org.deeplabspark.segment.StageException;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.source.HadoopBytes;
import org.deeplabspark.table.ErrorRow;
import org.deeplabspark.table.MaskRow;
import org.deeplabspark.table.StagedRow;

/**
 * Reads, labels and encodes the images of a partition: one row in, one {@link StagedRow} out, one
 * image in memory at a time. A bad image is a row; only what is wrong with the run itself (no
 * engine, no memory for any image) fails the task.
 *
 * <p>Input columns: those of {@code ImageRows.SCHEMA}, then {@code done_digest}, the content that
 * an earlier run has labelled in the same way, or null.
 */
public final class LabelImages implements MapPartitionsFunction<Row, Row> {

  private static final long serialVersionUID = 1L;

  private final Work work;

  /** Labels with this. */
  public LabelImages(Work work) {
    this.work = work;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> images) {
    Settings settings = work.settings();
    String kind =
        work.modelDigest()
            + " "
            + PipelineSettings.engine(settings)
            + " "
            + PipelineSettings.segment(settings);
    Segmenter segmenter = Segmenters.take(kind, this::newSegmenter);
    TaskContext task = TaskContext.get();
    task.addTaskCompletionListener(
        (TaskCompletionListener)
            ended -> {
              // A failed task may have left it in the middle of an image.
              if (!ended.isFailed() && !ended.isInterrupted()) {
                Segmenters.giveBack(kind, segmenter);
              }
            });
    long maxFileBytes = PipelineSettings.maxFileBytes(settings);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return images.hasNext();
      }

      @Override
      public Row next() {
        task.killTaskIfInterrupted();
        return label(images.next(), segmenter, maxFileBytes);
      }
    };
  }

  private Segmenter newSegmenter() {
    Model model = new Model(work.card(), work.weights().value());
    return new Segmenter(
        Engines.shared(model, PipelineSettings.engine(work.settings())),
        work.card(),
        PipelineSettings.segment(work.settings()));
  }

  private Row label(Row image, Segmenter segmenter, long maxFileBytes) {
    Image seen = new Image(image);
    Row row;
    try {
      seen.read(maxFileBytes);
      if (seen.digest.equals(image.<String>getAs("done_digest"))) {
        row = StagedRow.unchanged();
      } else {
        row = StagedRow.of(mask(seen, segmenter.segment(seen.content)));
      }
    } catch (StageException e) {
      row = bad(seen, e.stage().name(), e.code(), e.getMessage());
    } catch (ReadFailure e) {
      row = bad(seen, "read", e.code, e.getMessage());
    }
    work.done().add(1);
    return row;
  }

  private Row bad(Image image, String stage, String code, String message) {
    work.bad().add(1);
    return StagedRow.of(
        new ErrorRow(
            image.imageId,
            image.path,
            image.modified,
            image.length,
            image.digest,
            stage.toLowerCase(Locale.ROOT),
            code,
            message,
            work.runId()));
  }

  private MaskRow mask(Image image, SegmentedImage segmented) {
    Float changed =
        segmented.crfChangedFraction().isPresent()
            ? (float) segmented.crfChangedFraction().getAsDouble()
            : null;
    return new MaskRow(
        image.imageId,
        image.path,
        image.modified,
        image.length,
        image.digest,
        segmented.width(),
        segmented.height(),
        work.settings().text("segment.mask-codec"),
        segmented.encodedMask(),
        segmented.classPixels(),
        segmented.meanConfidence(),
        changed,
        segmented.decodeMillis(),
        segmented.inferMillis(),
        segmented.crfMillis(),
        segmented.encodeMillis(),
        work.modelDigest(),
        work.configDigest(),
        work.runId());
  }

  /** A file that cannot be read. */
  private static final class ReadFailure extends Exception {
    private static final long serialVersionUID = 1L;
    private final String code;

    ReadFailure(String code, String message, Throwable cause) {
      super(message, cause);
      this.code = code;
    }
  }

  /** An image as far as it is known: more with every step that succeeds. */
  private final class Image {
    private final String imageId;
    private final String path;
    private Timestamp modified;
    private Long length;
    private byte[] content;
    private String digest;

    Image(Row row) {
      imageId = row.getString(0);
      path = row.getString(1);
      modified = row.getAs(2);
      length = row.getAs(3);
      content = row.getAs(4);
    }

    void read(long maxBytes) throws ReadFailure {
      try {
        if (content == null) {
          Path file = new Path(path);
          FileSystem fs = FileSystem.get(file.toUri(), work.hadoop().value().value());
          FileStatus status = fs.getFileStatus(file);
          length = status.getLen();
          modified = new Timestamp(status.getModificationTime());
          if (length > maxBytes) {
            throw new ReadFailure(
                "too-large",
                String.format(
                    "The file has %d bytes, image.max-file-mib allows %d", length, maxBytes),
                null);
          }
          content = HadoopBytes.read(fs, file);
        }
        length = (long) content.length;
        digest = Sha256.of(content);
      } catch (FileNotFoundException e) {
        throw new ReadFailure("not-found", "There is no file " + path, e);
      } catch (AccessControlException e) {
        throw new ReadFailure("permission-denied", String.valueOf(e.getMessage()), e);
      } catch (IOException e) {
        throw new ReadFailure("io-error", e.toString(), e);
      }
    }
  }
}
