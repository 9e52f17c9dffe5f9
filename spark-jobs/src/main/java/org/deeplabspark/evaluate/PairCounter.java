package org.deeplabspark.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.Function;
import org.deeplabspark.dataset.IdLookup;
import org.deeplabspark.dataset.LabelReader;
import org.deeplabspark.dataset.TruthFile;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.metric.BoundaryIou;
import org.deeplabspark.metric.LabelPairs;
import org.deeplabspark.metric.OverlapCounts;
import org.deeplabspark.metric.Trimap;
import org.deeplabspark.pass.ImageAttempts;
import org.deeplabspark.segment.Stage;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.source.ReadFailure;
import org.deeplabspark.table.ConfusionRow;

/**
 * Compares one image's masks. What is wrong with an image is its result too, so that one message
 * can count them all.
 */
final class PairCounter implements Function<MaskPair, PairCounts> {

  private static final long serialVersionUID = 1L;

  private final InputFiles files;
  private final ClassMatch match;
  private final Trimap.Border border; // null: boundaries are not measured

  PairCounter(InputFiles files, ClassMatch match, Optional<Trimap.Border> border) {
    this.files = files;
    this.match = match;
    this.border = border.orElse(null);
  }

  @Override
  public PairCounts call(MaskPair pair) {
    return pair.truth() == null
        ? PairCounts.withoutTruth(pair)
        : ImageAttempts.WITHOUT_JOURNAL.result(
            pair.imageId(),
            Stage.DECODE,
            () -> counted(pair),
            () -> {},
            failure -> PairCounts.failed(pair, failure.code(), failure.message()));
  }

  private PairCounts counted(MaskPair pair) throws ReadFailure, MalformedImageException {
    TruthFile file = pair.truth();
    LabelMask truth =
        decode(
            "truth",
            file.path(),
            files.read(file.path(), file.length()),
            match.truthReader(),
            file.segments());
    LabelMask predicted =
        decode(
            "prediction",
            pair.path(),
            pair.mask() == null ? files.read(pair.path(), pair.length()) : pair.mask(),
            match.predictedReader(),
            new int[0]);
    return PairCounts.of(
        pair, cells(truth, file.path(), predicted, pair.path()), bands(truth, predicted));
  }

  private static LabelMask decode(
      String role, String path, byte[] content, LabelReader reader, int[] segments)
      throws MalformedImageException {
    try {
      return reader.read(content, segments);
    } catch (MalformedImageException e) {
      String fix =
          e.code().equals("not-indexed") && role.equals("truth")
              ? "; where each class has a colour, --color-map or --dataset says which"
              : "";
      throw new MalformedImageException(
          e.code(), "Invalid " + role + " " + path + ": " + e.getMessage() + fix);
    }
  }

  private int[] cells(LabelMask truth, String truthPath, LabelMask predicted, String path)
      throws MalformedImageException {
    if (truth.width() != predicted.width() || truth.height() != predicted.height()) {
      throw new MalformedImageException(
          "other-size",
          String.format(
              "Invalid masks: truth %s is %d x %d, prediction %s is %d x %d; both must have the photograph's size",
              truthPath,
              truth.width(),
              truth.height(),
              path,
              predicted.width(),
              predicted.height()));
    }
    LabelPairs pairs = LabelPairs.of(truth, predicted);
    List<Integer> cells = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    pairs.forEach(
        (trueLabel, predictedLabel, pixels) -> {
          int trueClass = match.truth().classOf(trueLabel);
          if (trueClass == IdLookup.VOID) {
            return;
          }
          int predictedClass = match.predicted().classOf(predictedLabel);
          if (trueClass == IdLookup.UNKNOWN) {
            unknown.add(unknown("truth", truthPath, trueLabel));
          } else if (predictedClass == IdLookup.UNKNOWN) {
            unknown.add(unknown("prediction", path, predictedLabel));
          }
          cells.add(trueClass);
          cells.add(predictedClass < 0 ? ConfusionRow.UNMATCHED : predictedClass);
          cells.add(pixels);
        });
    if (!unknown.isEmpty()) {
      throw new MalformedImageException("unknown-label", unknown.get(0));
    }
    return cells.stream().mapToInt(Integer::intValue).toArray();
  }

  private String unknown(String role, String path, int label) {
    return String.format(
        "Invalid %s %s: id %d is none of the %d classes of %s; --dataset says what ids mean,"
            + " --void names a truth id to leave out",
        role, path, label, match.classNames().size(), match.truthName());
  }

  /** Rings 1 to {@link Trimap#MAX_WIDTH}, and the rims as band 0. */
  private int[] bands(LabelMask truth, LabelMask predicted) {
    if (border == null) {
      return new int[0];
    }
    int classes = match.classNames().size();
    LabelMask trueClasses = match.truth().apply(truth);
    LabelMask predictedClasses = match.predicted().apply(predicted);
    List<Integer> bands = new ArrayList<>();
    PairCounts.addBand(bands, 0, BoundaryIou.of(classes, trueClasses, predictedClasses));
    List<OverlapCounts> rings = Trimap.rings(classes, trueClasses, predictedClasses, border);
    for (int width = 1; width <= rings.size(); width++) {
      PairCounts.addBand(bands, width, rings.get(width - 1));
    }
    return bands.stream().mapToInt(Integer::intValue).toArray();
  }
}
