package org.deeplabspark.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.sum;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplabspark.dataset.TruthFiles;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.job.Jobs;
import org.deeplabspark.job.OutputDirectory;
import org.deeplabspark.job.RunIds;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.table.ImageCount;

/**
 * {@code evaluate}: compares predicted masks with the truth, image by image on the executors, and
 * keeps the counts. The driver holds one confusion matrix, whatever the number of images.
 */
public final class EvaluateJob {

  /** Ids that a prediction of unknown classes may hold: all but void. */
  private static final int MOST_CLASSES = LabelMask.VOID;

  private static final String CELLS = "cells";

  private final SparkSession spark;
  private final Configuration hadoop;
  private final EvaluateRequest request;

  /** Prepares a job; nothing is read before {@link #run}. */
  public EvaluateJob(SparkSession spark, EvaluateRequest request) {
    this.spark = Jobs.session(spark);
    this.hadoop = spark.sessionState().newHadoopConf();
    this.request = request;
  }

  /**
   * Compares, writes {@code per_image}, {@code per_class}, {@code confusion} and then {@code
   * summary.json}, replacing those of an earlier evaluation.
   *
   * @throws UsageException if a place is wrong; nothing was written
   * @throws IllegalArgumentException if truth and predictions do not belong together; names a file
   *     and the fix; nothing was written
   */
  public Evaluation run() throws IOException {
    OutputDirectory output = OutputDirectory.open(hadoop, request.output(), RunIds.next());
    Predictions predictions = Predictions.of(spark, request.predictions(), "--predictions");
    List<String> knownNames =
        predictions.classNames().isEmpty() ? request.classNames() : predictions.classNames();
    ImageRows truth = TruthFiles.of(spark, request.truth(), request.suffixes().truth());
    Dataset<Row> pairs = pair(predictions, truth.rows().select("image_id", "path"));
    boolean known = !knownNames.isEmpty();
    int mostClasses = known ? knownNames.size() : MOST_CLASSES;
    try {
      Jobs.describe(spark, "compare masks with " + request.truth());
      pairs
          .flatMap(
              new MaskPairs(broadcastHadoop(), mostClasses, request.voidLabel()),
              Encoders.row(ImageCount.CELL))
          .write()
          .parquet(output.staged(CELLS).toString());
      Jobs.describe(spark, "sum the counts");
      Dataset<Row> cells =
          spark.read().schema(ImageCount.CELL).parquet(ImageRows.literal(output.staged(CELLS)));
      List<Row> totals =
          cells
              .groupBy("truth_class", "predicted_class")
              .agg(sum("pixels"), count("problem"))
              .collectAsList();
      refuseProblems(cells, totals.stream().mapToLong(r -> r.getLong(3)).sum());
      int classes = known ? mostClasses : seenClasses(totals);
      List<String> names =
          known ? knownNames : IntStream.range(0, classes).mapToObj(id -> "class " + id).toList();
      long images = predictions.rows().count();
      Evaluation evaluation =
          new Evaluation(
              matrix(totals, classes), names, request.convention(), images, truth.count() - images);
      write(output, cells, evaluation);
      return evaluation;
    } finally {
      output.deleteStaging();
    }
  }

  private Dataset<Row> pair(Predictions predictions, Dataset<Row> truth) {
    String ending = request.suffixes().image();
    Dataset<Row> rows = predictions.rows();
    if (!ending.isEmpty()) {
      rows =
          rows.withColumn(
              "image_id", regexp_replace(col("image_id"), Pattern.quote(ending) + "$", ""));
    }
    Dataset<Row> lonely = rows.select("image_id").join(truth, "image_id", "left_anti");
    long missing = lonely.count();
    if (missing > 0) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid --truth: %d predictions have no truth, the first is %s: there is no %s%s.png below %s; --truth-suffix says where names differ",
              missing,
              lonely.first().getString(0),
              lonely.first().getString(0),
              request.suffixes().truth(),
              request.truth()));
    }
    return rows.join(truth.withColumnRenamed("path", "truth_path"), "image_id");
  }

  private Broadcast<SerializableConfiguration> broadcastHadoop() {
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .broadcast(new SerializableConfiguration(hadoop));
  }

  private static void refuseProblems(Dataset<Row> cells, long count) {
    if (count > 0) {
      Row first = cells.filter(col("problem").isNotNull()).orderBy("image_id").first();
      throw new IllegalArgumentException(
          String.format("%s (%d images like this)", first.<String>getAs("problem"), count));
    }
  }

  private static int seenClasses(List<Row> totals) {
    return 1 + totals.stream().mapToInt(r -> Math.max(r.getInt(0), r.getInt(1))).max().orElse(0);
  }

  private static ConfusionMatrix matrix(List<Row> totals, int classes) {
    long[] counts = new long[classes * classes];
    totals.forEach(r -> counts[r.getInt(0) * classes + r.getInt(1)] = r.getLong(2));
    return ConfusionMatrix.ofCounts(classes, counts);
  }

  private void write(OutputDirectory output, Dataset<Row> cells, Evaluation evaluation)
      throws IOException {
    perImage(cells).coalesce(1).write().parquet(output.staged("per_image").toString());
    stage(output, "per_class", perClass(evaluation), ImageCount.PER_CLASS);
    stage(output, "confusion", confusion(evaluation.matrix()), ImageCount.CONFUSION);
    for (String table : List.of("per_image", "per_class", "confusion")) {
      output.replace(table);
    }
    output.writeText("summary.json", EvaluationSummary.json(evaluation, request));
  }

  private void stage(OutputDirectory output, String table, List<Row> rows, StructType schema) {
    spark
        .createDataFrame(rows, schema)
        .coalesce(1)
        .write()
        .parquet(output.staged(table).toString());
  }

  /** Each cell counts once for its true class and once for its predicted one. */
  private static Dataset<Row> perImage(Dataset<Row> cells) {
    return cells
        .selectExpr(
            "image_id",
            """
            inline(array(
              struct(truth_class AS class_id, pixels AS truth, 0L AS predicted,
                if(truth_class = predicted_class, pixels, 0L) AS both),
              struct(predicted_class AS class_id, 0L AS truth, pixels AS predicted, 0L AS both)))
            """)
        .groupBy("image_id", "class_id")
        .agg(
            sum("truth").as("truth_pixels"),
            sum("predicted").as("predicted_pixels"),
            sum("both").as("intersection"));
  }

  private static List<Row> perClass(Evaluation evaluation) {
    List<Row> rows = new ArrayList<>();
    for (ClassIou iou : evaluation.matrix().perClass()) {
      rows.add(
          RowFactory.create(
              iou.classId(),
              evaluation.classNames().get(iou.classId()),
              iou.truthPixels(),
              iou.predictedPixels(),
              iou.intersection(),
              iou.union(),
              orNull(iou.iou()),
              orNull(iou.accuracy()),
              orNull(iou.dice())));
    }
    return rows;
  }

  private static List<Row> confusion(ConfusionMatrix matrix) {
    List<Row> rows = new ArrayList<>();
    for (int t = 0; t < matrix.classes(); t++) {
      for (int p = 0; p < matrix.classes(); p++) {
        rows.add(RowFactory.create(t, p, matrix.count(t, p)));
      }
    }
    return rows;
  }

  private static Double orNull(double ratio) {
    return Double.isNaN(ratio) ? null : ratio;
  }
}
