package org.deeplabspark.evaluate;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.deeplabspark.io.OutputDirectory;
import org.deeplabspark.io.RunIds;
import org.deeplabspark.pass.Jobs;
import org.deeplabspark.settings.ReadLimits;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.table.SliceRow;

/**
 * {@code evaluate}: compares predicted masks with the truth, image by image on the executors, and
 * keeps the counts. Every mask is read once. The driver holds the two lists of files and one {@link
 * EvaluationTotals}, whatever the masks are.
 */
public final class EvaluateJob {

  private final SparkSession spark;
  private final Configuration hadoop;
  private final InputFiles files;
  private final EvaluateRequest request;

  /**
   * Prepares a job; nothing is read before {@link #run}.
   *
   * @param limits of reading files
   */
  public EvaluateJob(SparkSession spark, ReadLimits limits, EvaluateRequest request) {
    this.spark = Jobs.session(spark);
    this.files = InputFiles.of(this.spark, limits);
    this.hadoop = spark.sessionState().newHadoopConf();
    this.request = request;
  }

  /**
   * Compares, writes {@code per_image}, {@code per_class}, {@code confusion}, where asked {@code
   * boundary}, {@code slices} and {@code slice_classes}, for images that could not be compared
   * {@code uncompared}, and then {@code summary.json}, replacing those of an earlier evaluation.
   *
   * @throws UsageException if a place is wrong; nothing was written
   * @throws IllegalArgumentException if no image could be compared; names a file and the fix;
   *     nothing was written
   */
  public Evaluation run() throws IOException {
    OutputDirectory output =
        OutputDirectory.open(
            hadoop, request.output(), RunIds.next(), OutputDirectory.Owner.EVALUATE);
    Predictions predictions = Predictions.of(spark, request.predictions(), "--predictions");
    ClassMatch match = ClassMatch.of(request.truth(), request.labels(), predictions.classNames());
    MaskPairs pairs = new MaskPairs(spark, request.truth());
    Optional<SliceCounts> slices = request.slicing().map(s -> SliceCounts.checked(spark, s));
    // Kept on the executors, in memory or else on their disks: counts of each image, not masks.
    JavaRDD<PairCounts> counted =
        pairs
            .of(predictions)
            .map(new PairCounter(files, match, request.boundary()))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Jobs.describe(spark, "compare masks with " + request.truth().place());
      EvaluationTotals totals = totals(counted, match);
      Optional<Uncompared> uncompared = uncompared(counted, pairs, totals);
      Jobs.describe(spark, "write the counts");
      EvaluationTables tables = new EvaluationTables(spark, output);
      Dataset<Row> perImage = tables.stageImages(counted, totals);
      List<SliceRow> sliced =
          slices.map(s -> s.of(counted, perImage, totals.classes())).orElse(List.of());
      Evaluation evaluation =
          Evaluation.of(
              request,
              match.classNames(),
              totals,
              pairs.truths(),
              uncompared,
              sliced,
              predictions.digest());
      tables.publish(evaluation, request);
      return evaluation;
    } finally {
      counted.unpersist();
      output.deleteStaging();
    }
  }

  private static EvaluationTotals totals(JavaRDD<PairCounts> counted, ClassMatch match) {
    int classes =
        match.known()
            ? match.classNames().size()
            : counted.filter(PairCounts::compared).map(PairCounts::aboveClasses).fold(1, Math::max);
    return counted
        .mapPartitions(images -> List.of(EvaluationTotals.of(images, classes)).iterator())
        .treeReduce(EvaluationTotals::addAll);
  }

  private Optional<Uncompared> uncompared(
      JavaRDD<PairCounts> counted, MaskPairs pairs, EvaluationTotals totals) {
    if (totals.problems() == 0) {
      return Optional.empty();
    }
    Uncompared uncompared = problems(counted, pairs, totals);
    if (totals.images() == 0) {
      throw new IllegalArgumentException(uncompared.message());
    }
    return Optional.of(uncompared);
  }

  /** One message for all that is wrong: of the first image by its id. */
  private Uncompared problems(
      JavaRDD<PairCounts> counted, MaskPairs pairs, EvaluationTotals totals) {
    JavaRDD<PairCounts> bad = counted.filter(image -> !image.compared());
    Map<String, Long> byCode = bad.map(PairCounts::code).countByValue();
    long missing = byCode.getOrDefault(PairCounts.NO_TRUTH, 0L);
    if (missing == 0) {
      PairCounts first = bad.min(PairCounts.BY_IMAGE_ID);
      return Uncompared.of(byCode, first.code(), first.problem());
    }
    String imageId = bad.filter(PairCounts::hasNoTruth).min(PairCounts.BY_IMAGE_ID).imageId();
    String none =
        missing == totals.problems() + totals.images()
            ? ", and no id is in both: the truth has ids like " + pairs.someTruth()
            : "";
    return new Uncompared(
        totals.problems(),
        String.format(
            "Invalid --truth: %d predictions in %s have no truth%s; the first is %s, there is no %s%s.png below %s;"
                + " --truth-suffix says where names differ%s",
            missing,
            request.predictions(),
            none,
            imageId,
            imageId,
            request.truth().endings().truth(),
            request.truth().place(),
            Uncompared.others(byCode, PairCounts.NO_TRUTH)));
  }
}
