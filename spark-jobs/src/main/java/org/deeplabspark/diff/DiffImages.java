package org.deeplabspark.diff;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Row;
import org.deeplabspark.dataset.TruthFile;
import org.deeplabspark.dataset.TruthReader;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.pass.ImageAttempts;
import org.deeplabspark.segment.Stage;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.source.ReadFailure;
import org.deeplabspark.table.Ratios;

/**
 * Compares one image's two masks, and both with the truth where there is one: a row of {@link
 * DiffPair} becomes one of {@link ImageDiff}. What is wrong is a row too, so that one message can
 * count them all.
 */
final class DiffImages implements MapFunction<Row, Row> {

  private static final long serialVersionUID = 1L;

  /** Ids that a mask may hold. */
  private static final int IDS = 256;

  private final InputFiles files;
  private final int classes;
  private final TruthReader truthReader;

  /**
   * A comparison.
   *
   * @param classes that masks may hold where there is a truth, 1 to 256
   * @param truthReader null where there is no truth
   */
  DiffImages(InputFiles files, int classes, TruthReader truthReader) {
    this.files = files;
    this.classes = classes;
    this.truthReader = truthReader;
  }

  @Override
  public Row call(Row row) {
    return diff(DiffPair.fromRow(row)).toRow();
  }

  ImageDiff diff(DiffPair pair) {
    return ImageAttempts.WITHOUT_JOURNAL.result(
        pair.imageId(),
        Stage.DECODE,
        () -> compared(pair),
        () -> {},
        failure -> ImageDiff.failed(pair.imageId(), failure.code(), failure.message()));
  }

  private ImageDiff compared(DiffPair pair) throws ReadFailure, MalformedImageException {
    LabelMask before = decode(pair.oldPath(), pair.oldMask());
    LabelMask after = decode(pair.newPath(), pair.newMask());
    requireSize(pair.imageId(), "the new mask", after, before);
    LabelMask truth = null;
    if (pair.truth() != null) {
      truth = truth(pair.truth());
      requireSize(pair.imageId(), "the truth " + pair.truth().path(), truth, before);
    }
    return compared(pair.imageId(), before, after, truth);
  }

  private static void requireSize(String imageId, String what, LabelMask mask, LabelMask old)
      throws MalformedImageException {
    if (mask.width() != old.width() || mask.height() != old.height()) {
      throw new MalformedImageException(
          "other-size",
          String.format(
              "Invalid masks of %s: the old mask is %d x %d, %s %d x %d; both runs and the truth must be of the same photographs",
              imageId, old.width(), old.height(), what, mask.width(), mask.height()));
    }
  }

  private ImageDiff compared(String imageId, LabelMask before, LabelMask after, LabelMask truth)
      throws MalformedImageException {
    long[] counts = new long[IDS * IDS];
    for (int pixel = 0; pixel < before.pixels(); pixel++) {
      counts[before.label(pixel) * IDS + after.label(pixel)]++;
    }
    long changed = 0;
    List<ImageDiff.Pair> pairs = new ArrayList<>();
    for (int pair = 0; pair < counts.length; pair++) {
      if (counts[pair] > 0 && pair / IDS != pair % IDS) {
        pairs.add(new ImageDiff.Pair(pair / IDS, pair % IDS, counts[pair]));
        changed += counts[pair];
      }
    }
    Double oldMean = null;
    Double newMean = null;
    List<ImageDiff.RunOverlap> overlaps = new ArrayList<>();
    if (truth != null) {
      oldMean = count(ImageDiff.OLD_RUN, truth, before, overlaps);
      newMean = count(ImageDiff.NEW_RUN, truth, after, overlaps);
    }
    return new ImageDiff(
        imageId,
        null,
        null,
        truth != null,
        (long) before.pixels(),
        changed,
        oldMean,
        newMean,
        pairs,
        overlaps);
  }

  /** Adds a run's counts and gives its mean IoU over the classes in this image's truth. */
  private Double count(
      int run, LabelMask truth, LabelMask predicted, List<ImageDiff.RunOverlap> overlaps)
      throws MalformedImageException {
    ConfusionMatrix matrix;
    try {
      matrix = ConfusionMatrix.of(classes, truth, predicted);
    } catch (IllegalArgumentException e) { // a label that is no class: of the mask
      throw new MalformedImageException("unknown-label", e.getMessage());
    }
    for (ClassIou overlap : matrix.perClass()) {
      if (overlap.union() > 0) {
        overlaps.add(new ImageDiff.RunOverlap(run, overlap));
      }
    }
    return Ratios.orNull(matrix.meanIou(MeanIou.PRESENT));
  }

  private LabelMask truth(TruthFile file) throws ReadFailure, MalformedImageException {
    try {
      return truthReader.read(files.read(file.path(), file.length()), file.segments());
    } catch (MalformedImageException e) {
      throw new MalformedImageException(
          e.code(), "Invalid truth " + file.path() + ": " + e.getMessage());
    }
  }

  private LabelMask decode(String path, byte[] stored) throws ReadFailure, MalformedImageException {
    try {
      return PngMaskCodec.decode(stored == null ? files.read(path).bytes() : stored);
    } catch (MalformedImageException e) {
      throw new MalformedImageException(e.code(), "Invalid mask " + path + ": " + e.getMessage());
    }
  }
}
