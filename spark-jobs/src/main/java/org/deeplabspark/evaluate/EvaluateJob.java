package org.deeplabspark.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.deeplabspark.evaluate.Evaluation.Uncompared;
import org.deeplabspark.io.OutputDirectory;
import org.deeplabspark.io.RunIds;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.pass.Jobs;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.InputFiles;

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
   * @param settings limits of reading files
   */
  public EvaluateJob(SparkSession spark, Settings settings, EvaluateRequest request) {
    this.spark = Jobs.session(spark);
    this.files = InputFiles.of(this.spark, settings);
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
    OutputDirectory output = OutputDirectory.open(hadoop, request.output(), RunIds.next());
    Predictions predictions = Predictions.of(spark, request.predictions(), "--predictions");
    ClassMatch match = ClassMatch.of(request, predictions.classNames());
    MaskPairs pairs = new MaskPairs(spark, request);
    SliceCounts slices = request.slicing().map(s -> new SliceCounts(spark, s)).orElse(null);
    if (slices != null) {
      slices.check();
    }
    // Kept on the executors, in memory or else on their disks: a row an image, not a mask.
    JavaRDD<Row> counted =
        pairs
            .of(predictions)
            .map(new PairCounter(files, match, request.boundary()))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Jobs.describe(spark, "compare masks with " + request.truth());
      int classes = match.known() ? match.classNames().size() : seenClasses(counted);
      EvaluationTotals tally =
          counted
              .mapPartitions(rows -> List.of(EvaluationTotals.of(rows, classes)).iterator())
              .treeReduce(EvaluationTotals::addAll);
      Optional<Uncompared> uncompared =
          tally.problems() == 0
              ? Optional.empty()
              : Optional.of(new Uncompared(tally.problems(), problem(counted, pairs, tally)));
      if (tally.images() == 0 && uncompared.isPresent()) {
        throw new IllegalArgumentException(uncompared.get().message());
      }
      Jobs.describe(spark, "write the counts");
      EvaluationTables tables = new EvaluationTables(spark, output);
      Dataset<Row> perImage =
          tables.stagePerImage(
              counted.filter(EvaluateJob::compared).flatMap(row -> overlaps(row, classes)),
              tally.images());
      if (uncompared.isPresent()) {
        tables.stageUncompared(counted.filter(row -> !compared(row)));
      }
      Evaluation evaluation =
          new Evaluation(
              tally.matrix(),
              match.classNames().subList(0, classes),
              request.convention(),
              tally.images(),
              pairs.truths() - tally.images(),
              uncompared,
              tally.bootstrap().intervals(),
              Evaluation.ImageAverages.of(tally.means()),
              request.boundary().map(border -> tally.boundaries()),
              slices == null
                  ? List.of()
                  : slices.of(images(counted.filter(EvaluateJob::compared)), perImage, classes));
      tables.publish(evaluation, request);
      return evaluation;
    } finally {
      counted.unpersist();
      output.deleteStaging();
    }
  }

  private Dataset<Row> images(JavaRDD<Row> counted) {
    return spark.createDataFrame(
        counted.map(row -> RowFactory.create(row.get(0), row.get(1))), PairCounts.IMAGES);
  }

  /** One message for all that is wrong: of the first image by its id. */
  private String problem(JavaRDD<Row> counted, MaskPairs pairs, EvaluationTotals tally) {
    JavaRDD<Row> lonely = counted.filter(PairCounts::hasNoTruth);
    long missing = lonely.count();
    if (missing == 0) {
      Row first = counted.filter(row -> !compared(row)).min(PairCounts.BY_IMAGE_ID);
      return String.format("%s (%d images like this)", PairCounts.problem(first), tally.problems());
    }
    String imageId = lonely.min(PairCounts.BY_IMAGE_ID).getString(0);
    String none =
        missing == tally.problems() + tally.images()
            ? ", and no id is in both: the truth has ids like " + pairs.someTruth()
            : "";
    return String.format(
        "Invalid --truth: %d predictions have no truth%s; the first is %s, there is no %s%s.png below %s;"
            + " --truth-suffix says where names differ",
        missing, none, imageId, imageId, request.endings().truth(), request.truth());
  }

  private static boolean compared(Row row) {
    return PairCounts.problem(row) == null;
  }

  private static int seenClasses(JavaRDD<Row> counted) {
    return counted.filter(EvaluateJob::compared).map(EvaluateJob::aboveClasses).fold(1, Math::max);
  }

  private static int aboveClasses(Row row) {
    int most = 1;
    int[] cells = PairCounts.cells(row);
    for (int i = 0; i < cells.length; i += PairCounts.CELL) {
      most = Math.max(most, 1 + Math.max(cells[i], cells[i + 1]));
    }
    return most;
  }

  private static Iterator<Row> overlaps(Row row, int classes) {
    List<Row> rows = new ArrayList<>();
    for (ClassIou overlap : PairCounts.overlaps(PairCounts.cells(row), classes)) {
      rows.add(
          RowFactory.create(
              row.getString(0),
              overlap.classId(),
              overlap.truthPixels(),
              overlap.predictedPixels(),
              overlap.intersection()));
    }
    return rows.iterator();
  }
}
