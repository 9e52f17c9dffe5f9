package org.deeplabspark.sweep;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.dataset.TruthList;
import org.deeplabspark.dataset.TruthReader;
import org.deeplabspark.executor.PipelineSettings;
import org.deeplabspark.executor.TaskResources;
import org.deeplabspark.executor.Work;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.model.Model;
import org.deeplabspark.model.Sha256;
import org.deeplabspark.segment.CrfSweep;
import org.deeplabspark.segment.Scorer;
import org.deeplabspark.segment.Stage;
import org.deeplabspark.segment.StageException;
import org.deeplabspark.source.ReadFailure;

/**
 * Scores each image of a partition once and counts it against its truth under every setting. One
 * row in, one row of {@link SweepTables#IMAGE} out; a bad image or truth is a row that says so.
 *
 * <p>Input columns: those of {@code ImageRows.SCHEMA}, then {@code truth_path} and {@code
 * segments}.
 */
final class SweepImages implements MapPartitionsFunction<Row, Row> {

  private static final long serialVersionUID = 1L;

  private final Work work;
  private final ArrayList<Integer> ids = new ArrayList<>();
  private final ArrayList<CrfSettings> settings = new ArrayList<>(); // null: none
  private final int classes;
  private final TruthReader truthReader;

  SweepImages(Work work, List<SweepSetting> candidates, TruthReader truthReader) {
    this.work = work;
    for (SweepSetting candidate : candidates) {
      ids.add(candidate.id());
      settings.add(candidate.crf().orElse(null));
    }
    this.classes = work.card().classes().size();
    this.truthReader = truthReader;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> images) {
    TaskResources resources = TaskResources.ofThisTask(work.settings());
    int threads = resources.threads().crf();
    CrfSweep sweep =
        new CrfSweep(
            resources.engine(new Model(work.card(), work.weights().value())),
            PipelineSettings.segment(resources.settings()).decoder(),
            settings.stream()
                .map(crf -> Optional.ofNullable(crf).map(some -> some.onThreads(threads)))
                .toList());
    TaskContext task = TaskContext.get();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return images.hasNext();
      }

      @Override
      public Row next() {
        task.killTaskIfInterrupted();
        Row row = new Image(images.next()).count(sweep);
        work.done().add(1);
        return row;
      }
    };
  }

  /** An image as far as it is known. */
  private final class Image {
    private final Row row;
    private byte[] content;
    private Scorer.Scored scored;

    Image(Row row) {
      this.row = row;
      content = row.getAs("content");
    }

    Row count(CrfSweep sweep) {
      try {
        content = content();
        LabelMask truth = truth(row.getAs("truth_path"));
        scored = sweep.score(content);
        requireSize(truth);
        List<Row> counts = new ArrayList<>();
        double crfMillis =
            sweep.label(scored, (setting, mask) -> add(counts, ids.get(setting), truth, mask));
        return row(null, null, null, crfMillis, counts);
      } catch (StageException e) {
        return bad(e.stage().name().toLowerCase(Locale.ROOT), e.code(), e.getMessage());
      } catch (TruthException e) {
        return bad("truth", e.code, e.getMessage());
      } catch (ReadFailure e) {
        return bad("read", e.code(), e.getMessage());
      } catch (RuntimeException | Error e) { // of its truth
        StageException failure = StageException.of(Stage.READ, e);
        return bad("read", failure.code(), failure.getMessage());
      }
    }

    private byte[] content() throws ReadFailure {
      if (!work.stored()) {
        return work.files().read(row.getAs("path")).bytes();
      }
      if (content == null) {
        throw new ReadFailure("no-content", "The row has no content");
      }
      return content;
    }

    private LabelMask truth(String path) throws TruthException {
      try {
        return truthReader.read(work.files().read(path).bytes(), TruthList.segments(row));
      } catch (MalformedImageException e) {
        throw new TruthException(e.code(), path + ": " + e.getMessage(), e);
      } catch (ReadFailure e) {
        throw new TruthException(e.code(), e.getMessage(), e);
      }
    }

    private void requireSize(LabelMask truth) throws TruthException {
      if (truth.width() != scored.photo().width() || truth.height() != scored.photo().height()) {
        throw new TruthException(
            "other-size",
            String.format(
                "%s is %d x %d, its photograph %d x %d",
                row.<String>getAs("truth_path"),
                truth.width(),
                truth.height(),
                scored.photo().width(),
                scored.photo().height()),
            null);
      }
    }

    private void add(List<Row> counts, int setting, LabelMask truth, LabelMask mask) {
      for (ClassIou iou : ConfusionMatrix.of(classes, truth, mask).perClass()) {
        if (iou.union() > 0) {
          counts.add(
              RowFactory.create(
                  setting,
                  iou.classId(),
                  iou.truthPixels(),
                  iou.predictedPixels(),
                  iou.intersection()));
        }
      }
    }

    private Row bad(String stage, String code, String message) {
      work.bad().add(1);
      return row(stage, code, message, null, null);
    }

    private Row row(String stage, String code, String message, Double crfMillis, List<Row> counts) {
      return RowFactory.create(
          row.getAs("image_id"),
          row.getAs("path"),
          row.getAs("modification_time"),
          row.getAs("length"),
          content == null ? null : Sha256.of(content),
          stage,
          code,
          message,
          scored == null ? null : scored.decodeMillis(),
          scored == null ? null : scored.inferMillis(),
          crfMillis,
          counts == null ? null : counts.toArray(new Row[0]));
    }
  }

  /** What is wrong with a truth. */
  private static final class TruthException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String code;

    TruthException(String code, String message, Throwable cause) {
      super(message, cause);
      this.code = code;
    }
  }
}
