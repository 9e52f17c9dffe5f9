package org.deeplabspark.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.deeplabspark.crf.CrfRuns;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.dataset.TruthList;
import org.deeplabspark.dataset.TruthReader;
import org.deeplabspark.engine.SegmentationEngine;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.model.Sha256;
import org.deeplabspark.pass.Activity;
import org.deeplabspark.pass.ImageFailure;
import org.deeplabspark.pass.LoadedImage;
import org.deeplabspark.pass.PerImage;
import org.deeplabspark.pass.SharedModel;
import org.deeplabspark.pass.TaskResources;
import org.deeplabspark.pass.TaskTimes;
import org.deeplabspark.segment.CrfSweep;
import org.deeplabspark.segment.Refiner;
import org.deeplabspark.segment.Scorer;
import org.deeplabspark.segment.Stage;
import org.deeplabspark.segment.StageException;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.source.ReadFailure;
import org.deeplabspark.table.Overlaps;

/**
 * Scores each image once and counts it against its truth under every setting: a row of {@link
 * SweepTables#IMAGE}. Columns of an image beside those of {@code ImageRows.SCHEMA}: {@code
 * truth_path} and {@code segments}.
 */
final class SweepImages implements PerImage.Factory {

  private static final long serialVersionUID = 1L;

  private final SharedModel model;
  private final InputFiles files;
  private final ArrayList<Integer> ids = new ArrayList<>();
  private final ArrayList<CrfSettings> settings = new ArrayList<>(); // null: none
  private final int classes;
  private final TruthReader truthReader;

  SweepImages(
      SharedModel model, InputFiles files, List<SweepSetting> candidates, TruthReader truthReader) {
    this.model = model;
    this.files = files;
    for (SweepSetting candidate : candidates) {
      ids.add(candidate.id());
      settings.add(candidate.variant().crf().orElse(null));
    }
    this.classes = model.card().classes().size();
    this.truthReader = truthReader;
  }

  @Override
  public PerImage open(TaskResources task, TaskTimes times) {
    return new Worker(task, times);
  }

  private final class Worker implements PerImage {
    private final TaskResources task;
    private final TaskTimes times;
    private final SegmentationEngine engine;
    private CrfSweep sweep;
    private String crfDevice = "";

    Worker(TaskResources task, TaskTimes times) {
      this.task = task;
      this.times = times;
      this.engine = task.engine(model);
      renew();
    }

    @Override
    public String device() {
      return engine.device();
    }

    @Override
    public String crfDevice() {
      return crfDevice;
    }

    @Override
    public void renew() {
      int threads = task.threads().crf();
      sweep =
          new CrfSweep(
              engine,
              task.settings().segment().decoder(),
              settings.stream()
                  .map(crf -> Optional.ofNullable(crf).map(some -> some.onThreads(threads)))
                  .toList(),
              runs -> refiner(runs));
    }

    private Refiner refiner(CrfRuns runs) {
      crfDevice = task.crfDevice(runs, model);
      return task.refiner(runs, model);
    }

    @Override
    public Row work(LoadedImage image) throws StageException {
      LabelMask truth = truth(image);
      Scorer.Scored scored = sweep.score(image.content());
      times.add(Activity.DECODE, (long) (1e6 * scored.decodeMillis()));
      times.add(Activity.INFER, (long) (1e6 * scored.inferMillis()));
      requireSize(image, truth, scored);
      List<Row> counts = new ArrayList<>();
      double crfMillis =
          sweep.label(scored, (setting, mask) -> add(counts, ids.get(setting), truth, mask));
      times.add(Activity.CRF, (long) (1e6 * crfMillis));
      return row(image, null, scored, crfMillis, counts);
    }

    @Override
    public Row failed(LoadedImage image, ImageFailure failure) {
      return row(image, failure, null, null, null);
    }
  }

  private LabelMask truth(LoadedImage image) throws StageException {
    String path = image.row().getAs("truth_path");
    try {
      return truthReader.read(files.read(path).bytes(), TruthList.segments(image.row()));
    } catch (MalformedImageException e) {
      throw new StageException(Stage.TRUTH, e.code(), path + ": " + e.getMessage(), e);
    } catch (ReadFailure e) {
      throw new StageException(Stage.TRUTH, e.code(), e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      throw StageException.of(Stage.TRUTH, e);
    }
  }

  private static void requireSize(LoadedImage image, LabelMask truth, Scorer.Scored scored)
      throws StageException {
    if (truth.width() != scored.photo().width() || truth.height() != scored.photo().height()) {
      throw new StageException(
          Stage.TRUTH,
          "other-size",
          String.format(
              "%s is %d x %d, its photograph %d x %d",
              image.row().<String>getAs("truth_path"),
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
        counts.add(RowFactory.create(Overlaps.values(iou, setting)));
      }
    }
  }

  private static Row row(
      LoadedImage image,
      ImageFailure failure,
      Scorer.Scored scored,
      Double crfMillis,
      List<Row> counts) {
    return RowFactory.create(
        image.imageId(),
        image.path(),
        image.modified(),
        image.length(),
        image.content() == null ? null : Sha256.of(image.content()),
        failure == null ? null : failure.stageName(),
        failure == null ? null : failure.code(),
        failure == null ? null : failure.message(),
        scored == null ? null : scored.decodeMillis(),
        scored == null ? null : scored.inferMillis(),
        crfMillis,
        counts == null ? null : counts.toArray(new Row[0]));
  }
}
