package org.deeplabspark.label;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import org.apache.spark.sql.Row;
import org.deeplabspark.engine.SegmentationEngine;
import org.deeplabspark.model.Model;
import org.deeplabspark.model.Sha256;
import org.deeplabspark.pass.Activity;
import org.deeplabspark.pass.CrashJournal;
import org.deeplabspark.pass.ExecutorLock;
import org.deeplabspark.pass.PipelineSettings;
import org.deeplabspark.pass.TaskResources;
import org.deeplabspark.pass.TaskTimes;
import org.deeplabspark.pass.WorkerPool;
import org.deeplabspark.segment.SegmentedImage;
import org.deeplabspark.segment.Segmenter;
import org.deeplabspark.segment.Stage;
import org.deeplabspark.segment.StageException;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.source.ReadFailure;
import org.deeplabspark.table.ErrorRow;
import org.deeplabspark.table.KnownRow;
import org.deeplabspark.table.MaskRow;
import org.deeplabspark.table.StagedRow;

/** Makes a row of each image that was read, whatever becomes of it. */
final class ImageLabeller {

  private static final String OUT_OF_MEMORY = "out-of-memory";

  private final LabelContext work;
  private final Settings settings;
  private final TaskResources resources;
  private final CrashJournal journal;
  private final TaskTimes times;
  private volatile String deviceUsed = "";

  ImageLabeller(LabelContext work, TaskResources resources, CrashJournal journal, TaskTimes times) {
    this.work = work;
    this.settings = resources.settings();
    this.resources = resources;
    this.journal = journal;
    this.times = times;
  }

  /** Where the network runs; empty before the first worker. */
  String deviceUsed() {
    return deviceUsed;
  }

  /** A worker with a segmenter of its own, on the engine that all of this JVM share. */
  WorkerPool.Worker<ImageInput, Row> worker() {
    String kind =
        work.modelDigest()
            + " "
            + resources.device().settings()
            + " "
            + PipelineSettings.segment(settings);
    Segmenter first = Segmenters.take(kind, this::newSegmenter);
    deviceUsed = engine().device();
    return new WorkerPool.Worker<>() {
      private Segmenter segmenter = first;

      @Override
      public Row work(ImageInput image) {
        times.image();
        try {
          return labelled(image, () -> segmenter, this::renew);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      private void renew() {
        segmenter = newSegmenter();
      }

      @Override
      public void end() {
        Segmenters.giveBack(kind, segmenter);
      }
    };
  }

  private interface Current {
    Segmenter segmenter();
  }

  private SegmentationEngine engine() {
    return resources.engine(new Model(work.card(), work.weights().value()));
  }

  private Segmenter newSegmenter() {
    return new Segmenter(engine(), work.card(), PipelineSettings.segment(settings));
  }

  private Row labelled(ImageInput image, Current current, Runnable renew) throws IOException {
    if (image.trusted()) {
      return image.own().stream()
          .filter(known -> known.digest() != null && image.isAsIn(known))
          .findFirst()
          .map(known -> moved(image, known, image.own()))
          .orElseThrow();
    }
    if (image.failure().isPresent()) {
      return unreadable(image, image.failure().get());
    }
    String digest = Sha256.of(image.content());
    Optional<Row> done = done(image, digest);
    if (done.isPresent()) {
      return done.get();
    }
    CrashJournal.Verdict verdict = journal.verdict(image.imageId());
    if (verdict == CrashJournal.Verdict.GUILTY) {
      return bad(
          image,
          digest,
          "infer",
          ErrorRow.EXECUTOR_LOST,
          "Executors died each time they worked on it, at last on nothing else");
    }
    try {
      return mask(image, digest, current, verdict == CrashJournal.Verdict.SUSPECT);
    } catch (StageException e) {
      if (e.stage() == Stage.DECODE && !e.code().equals(OUT_OF_MEMORY)) {
        return bad(image, digest, e);
      }
      renew.run(); // what broke off in the midst may have left its workspace half written
      if (!e.code().equals(OUT_OF_MEMORY)) {
        return bad(image, digest, e);
      }
    }
    // It may have wanted no more than its share, beside images that did.
    try {
      return mask(image, digest, current, true);
    } catch (StageException e) {
      renew.run();
      return bad(image, digest, e);
    }
  }

  /** A store that is away for a night takes no mask: what an earlier run made stays. */
  private Row unreadable(ImageInput image, ReadFailure failure) {
    ErrorRow error = image.error(null, "read", failure.code(), failure.getMessage(), work.runId());
    boolean forget = settings.flag("segment.forget-missing") && failure.code().equals("not-found");
    return image.hasMask() && !forget ? StagedRow.kept(error) : StagedRow.of(error, image.own());
  }

  /** What stands for this content already, as this image's row or as one of another place. */
  private Optional<Row> done(ImageInput image, String digest) {
    if (settings.flag("segment.retry-failed")) {
      return Optional.empty();
    }
    for (KnownRow known : image.own()) {
      if (digest.equals(known.digest())) {
        boolean asItIs =
            image.own().size() == 1
                && known.imageId().equals(image.imageId())
                && image.isAsIn(known);
        return Optional.of(asItIs ? StagedRow.unchanged() : moved(image, known, image.own()));
      }
    }
    for (KnownRow known : image.elsewhere()) {
      if (digest.equals(known.digest())) {
        List<KnownRow> replaces = new ArrayList<>(image.own());
        if (gone(known)) {
          replaces.add(known);
        }
        return Optional.of(moved(image, known, replaces));
      }
    }
    return Optional.empty();
  }

  private boolean gone(KnownRow known) {
    try {
      work.files().look(known.path());
      return false;
    } catch (ReadFailure e) {
      return e.code().equals("not-found");
    }
  }

  private static Row moved(ImageInput image, KnownRow known, List<KnownRow> replaces) {
    return StagedRow.moved(
        image.imageId(), image.path(), image.modified(), image.length(), known, replaces);
  }

  private Row mask(ImageInput image, String digest, Current current, boolean alone)
      throws StageException, IOException {
    Lock lock = alone ? ExecutorLock.alone() : ExecutorLock.beside();
    lock.lock();
    try {
      journal.enter(image.imageId(), alone);
      long start = System.nanoTime();
      try {
        SegmentedImage segmented = current.segmenter().segment(image.content());
        count(segmented);
        return StagedRow.of(mask(image, digest, segmented), image.own());
      } catch (StageException e) {
        times.add(activity(e.stage()), System.nanoTime() - start);
        throw e;
      } catch (Error e) { // most likely out of memory, which any line can meet
        throw StageException.of(Stage.ENCODE, e);
      } finally {
        journal.leave(image.imageId());
      }
    } finally {
      lock.unlock();
    }
  }

  private void count(SegmentedImage segmented) {
    times.add(Activity.DECODE, (long) (1e6 * segmented.decodeMillis()));
    times.add(Activity.INFER, (long) (1e6 * segmented.inferMillis()));
    times.add(Activity.CRF, (long) (1e6 * segmented.crfMillis()));
    times.add(Activity.ENCODE, (long) (1e6 * segmented.encodeMillis()));
  }

  /** All of a failed image's time goes to the stage that failed. */
  private static Activity activity(Stage stage) {
    return Activity.valueOf(stage.name());
  }

  private Row bad(ImageInput image, String digest, StageException e) {
    String stage = e.stage().name().toLowerCase(Locale.ROOT);
    return bad(image, digest, stage, e.code(), e.getMessage());
  }

  private Row bad(ImageInput image, String digest, String stage, String code, String message) {
    return StagedRow.of(image.error(digest, stage, code, message, work.runId()), image.own());
  }

  private MaskRow mask(ImageInput image, String digest, SegmentedImage segmented) {
    Float changed =
        segmented.crfChangedFraction().isPresent()
            ? (float) segmented.crfChangedFraction().getAsDouble()
            : null;
    return new MaskRow(
        image.imageId(),
        image.path(),
        image.modified(),
        image.length(),
        digest,
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
}
