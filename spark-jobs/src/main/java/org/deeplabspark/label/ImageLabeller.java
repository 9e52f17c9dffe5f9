package org.deeplabspark.label;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.deeplabspark.crf.CrfRuns;
import org.deeplabspark.engine.SegmentationEngine;
import org.deeplabspark.model.Sha256;
import org.deeplabspark.pass.Activity;
import org.deeplabspark.pass.ImageFailure;
import org.deeplabspark.pass.LoadedImage;
import org.deeplabspark.pass.PerImage;
import org.deeplabspark.pass.TaskResources;
import org.deeplabspark.pass.TaskTimes;
import org.deeplabspark.segment.SegmentedImage;
import org.deeplabspark.segment.Segmenter;
import org.deeplabspark.segment.StageException;
import org.deeplabspark.source.ReadFailure;
import org.deeplabspark.table.ErrorRow;
import org.deeplabspark.table.KnownRow;
import org.deeplabspark.table.MaskRow;
import org.deeplabspark.table.StagedRow;

/**
 * Makes a {@link StagedRow} of each image, with a segmenter of its own on the engine that all of
 * this JVM share. Columns of an image beside those of {@code ImageRows.SCHEMA}: {@link
 * DoneRows#OWN} and {@link DoneRows#ELSEWHERE}, rows of the output that may be this image's
 * already, and {@link DoneRows#TRUSTED}.
 */
final class ImageLabeller implements PerImage {

  private final LabelContext context;
  private final TaskResources task;
  private final TaskTimes times;
  private final SegmentationEngine engine;
  private final Optional<CrfRuns> runs;
  private final String kind;
  private Segmenter segmenter;

  ImageLabeller(LabelContext context, TaskResources task, TaskTimes times) {
    this.context = context;
    this.task = task;
    this.times = times;
    this.engine = task.engine(context.model());
    this.runs = task.settings().segment().crf().map(crf -> CrfRuns.of(List.of(crf)));
    this.kind =
        context.key().modelDigest()
            + " "
            + task.device().settings()
            + " "
            + task.settings().segment()
            + " "
            + task.settings().crfDevice();
    this.segmenter = Segmenters.take(kind, this::newSegmenter);
  }

  private Segmenter newSegmenter() {
    return new Segmenter(
        engine,
        context.model().card(),
        task.settings().segment().decoder(),
        runs.map(crf -> task.refiner(crf, context.model())));
  }

  @Override
  public String device() {
    return engine.device();
  }

  @Override
  public String crfDevice() {
    return runs.map(crf -> task.crfDevice(crf, context.model())).orElse("");
  }

  @Override
  public void renew() {
    segmenter = newSegmenter();
  }

  @Override
  public void end() {
    Segmenters.giveBack(kind, segmenter);
  }

  /** What stands for this content already, as this image's row or as one of another place. */
  @Override
  public Optional<Row> known(LoadedImage image) {
    List<KnownRow> own = own(image);
    if (!context.reads(image)) {
      KnownRow same =
          own.stream()
              .filter(row -> row.digest() != null && isAsIn(image, row))
              .findFirst()
              .orElseThrow();
      return Optional.of(moved(image, same, own));
    }
    if (context.redo().retryFailed()) {
      return Optional.empty();
    }
    String digest = Sha256.of(image.content());
    for (KnownRow row : own) {
      if (digest.equals(row.digest())) {
        boolean asItIs =
            own.size() == 1 && row.imageId().equals(image.imageId()) && isAsIn(image, row);
        return Optional.of(asItIs ? StagedRow.unchanged() : moved(image, row, own));
      }
    }
    for (KnownRow row : KnownRow.list(image.row(), DoneRows.ELSEWHERE)) {
      if (digest.equals(row.digest())) {
        List<KnownRow> replaces = new ArrayList<>(own);
        if (gone(row)) {
          replaces.add(row);
        }
        return Optional.of(moved(image, row, replaces));
      }
    }
    return Optional.empty();
  }

  /** Rows of this image that an earlier run left. */
  private static List<KnownRow> own(LoadedImage image) {
    return KnownRow.list(image.row(), DoneRows.OWN);
  }

  private static boolean isAsIn(LoadedImage image, KnownRow row) {
    return row.path().equals(image.path())
        && Objects.equals(row.modificationTime(), image.modified())
        && Objects.equals(row.length(), image.length());
  }

  private boolean gone(KnownRow row) {
    try {
      context.files().look(row.path());
      return false;
    } catch (ReadFailure e) {
      return e.code().equals(ReadFailure.NOT_FOUND);
    }
  }

  private static Row moved(LoadedImage image, KnownRow row, List<KnownRow> replaces) {
    return StagedRow.moved(
        image.imageId(), image.path(), image.modified(), image.length(), row, replaces);
  }

  @Override
  public Row work(LoadedImage image) throws StageException {
    SegmentedImage segmented = segmenter.segment(image.content());
    times.add(Activity.DECODE, (long) (1e6 * segmented.decodeMillis()));
    times.add(Activity.INFER, (long) (1e6 * segmented.inferMillis()));
    times.add(Activity.CRF, (long) (1e6 * segmented.crfMillis()));
    times.add(Activity.ENCODE, (long) (1e6 * segmented.encodeMillis()));
    return StagedRow.of(mask(image, segmented), own(image));
  }

  private MaskRow mask(LoadedImage image, SegmentedImage segmented) {
    Float changed =
        segmented.crfChangedFraction().isPresent()
            ? (float) segmented.crfChangedFraction().getAsDouble()
            : null;
    return new MaskRow(
        image.imageId(),
        image.path(),
        image.modified(),
        image.length(),
        Sha256.of(image.content()),
        segmented.width(),
        segmented.height(),
        context.maskCodec(),
        segmented.encodedMask(),
        segmented.classPixels(),
        segmented.meanConfidence(),
        changed,
        segmented.decodeMillis(),
        segmented.inferMillis(),
        segmented.crfMillis(),
        segmented.encodeMillis(),
        context.key().modelDigest(),
        context.key().configDigest(),
        context.runId());
  }

  /** A store that is away for a night takes no mask: what an earlier run made stays. */
  @Override
  public Row failed(LoadedImage image, ImageFailure failure) {
    ErrorRow error =
        new ErrorRow(
            image.imageId(),
            image.path(),
            image.modified(),
            image.length(),
            image.content() == null ? null : Sha256.of(image.content()),
            failure.stageName(),
            failure.code(),
            failure.message(),
            context.runId());
    List<KnownRow> own = own(image);
    boolean forget = context.redo().forgetMissing() && failure.code().equals(ReadFailure.NOT_FOUND);
    boolean keeps = image.content() == null && own.stream().anyMatch(KnownRow::inMasks) && !forget;
    return keeps ? StagedRow.kept(error) : StagedRow.of(error, own);
  }
}
