package org.deeplabspark.diff;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.evaluate.Bootstraps;
import org.deeplabspark.evaluate.Evaluation.Uncompared;
import org.deeplabspark.evaluate.Predictions;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.io.OutputDirectory;
import org.deeplabspark.io.RunIds;
import org.deeplabspark.metric.Bootstrap;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.pass.Jobs;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.InputFiles;

/**
 * {@code diff}: compares two runs over the same images, image by image on the executors. The driver
 * holds counts by pair of classes and the images that changed most.
 */
public final class DiffJob {

  /** Ids that a mask of unknown classes may hold: all but void. */
  private static final int MOST_CLASSES = LabelMask.VOID;

  /** Images that are named. */
  private static final int NAMED = 10;

  private final SparkSession spark;
  private final Configuration hadoop;
  private final InputFiles files;
  private final DiffRequest request;

  /**
   * Prepares a job; nothing is read before {@link #run}.
   *
   * @param settings limits of reading files
   */
  public DiffJob(SparkSession spark, Settings settings, DiffRequest request) {
    this.spark = Jobs.session(spark);
    this.files = InputFiles.of(this.spark, settings);
    this.hadoop = spark.sessionState().newHadoopConf();
    this.request = request;
  }

  /**
   * Compares, and where an output is given writes {@code changes}, {@code class_changes}, with a
   * truth {@code per_class}, and then {@code summary.json}.
   *
   * @throws UsageException if a place is wrong, the runs have other classes or no image in common;
   *     nothing was written
   * @throws IllegalArgumentException if no image's masks could be compared; names the first and
   *     what is wrong; nothing was written
   */
  public DiffResult run() throws IOException {
    Optional<OutputDirectory> output = Optional.empty();
    if (request.output().isPresent()) {
      output = Optional.of(OutputDirectory.open(hadoop, request.output().get(), RunIds.next()));
    }
    Predictions before = Predictions.of(spark, request.before(), "--old");
    Predictions after = Predictions.of(spark, request.after(), "--new");
    List<String> names = names(before, after);
    Dataset<Row> pairs = pairs(before.rows(), after.rows());
    Jobs.describe(spark, "compare " + request.before() + " with " + request.after());
    Dataset<Row> all =
        pairs
            .map(
                new DiffImages(
                    files,
                    names.isEmpty() ? MOST_CLASSES : names.size(),
                    request.truth().map(truth -> truth.reader(names)).orElse(null)),
                Encoders.row(DiffTables.IMAGE))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Optional<Uncompared> uncompared = uncompared(all);
      Dataset<Row> images = all.filter(col("problem").isNull());
      DiffResult result = result(before, after, images, names, uncompared);
      if (output.isPresent()) {
        write(output.get(), images, result);
      }
      return result;
    } finally {
      all.unpersist();
      if (output.isPresent()) {
        output.get().deleteStaging();
      }
    }
  }

  private List<String> names(Predictions before, Predictions after) {
    if (before.classNames().isEmpty() || after.classNames().isEmpty()) {
      return before.classNames().isEmpty() ? after.classNames() : before.classNames();
    }
    if (!before.classNames().equals(after.classNames())) {
      throw new UsageException(
          String.format(
              "Invalid --new: its classes are not those of --old: %s and %s",
              after.classNames(), before.classNames()));
    }
    return before.classNames();
  }

  private Dataset<Row> pairs(Dataset<Row> before, Dataset<Row> after) throws IOException {
    Dataset<Row> pairs =
        before
            .toDF("image_id", "old_path", "old_mask")
            .join(after.toDF("image_id", "new_path", "new_mask"), "image_id");
    if (request.truth().isEmpty()) {
      return pairs
          .withColumn("truth_path", lit(null).cast("string"))
          .withColumn("segments", lit(null).cast("array<int>"));
    }
    Truth truth = request.truth().get();
    Dataset<Row> labels = truth.list(hadoop).rows(spark).drop("truth_length");
    return pairs
        .join(
            labels,
            truth.endings().cut(pairs.col("image_id")).equalTo(labels.col("image_id")),
            "left_outer")
        .drop(labels.col("image_id"));
  }

  private static Optional<Uncompared> uncompared(Dataset<Row> images) {
    Dataset<Row> bad = images.filter(col("problem").isNotNull());
    long problems = bad.count();
    if (problems == 0) {
      return Optional.empty();
    }
    String first = bad.orderBy("image_id").first().getAs("problem");
    String message = String.format("%s (%d images like this)", first, problems);
    if (problems == images.count()) {
      throw new IllegalArgumentException(message);
    }
    return Optional.of(new Uncompared(problems, message));
  }

  private DiffResult result(
      Predictions before,
      Predictions after,
      Dataset<Row> images,
      List<String> known,
      Optional<Uncompared> uncompared) {
    Row totals =
        images
            .agg(count("*"), coalesce(sum("pixels"), lit(0L)), coalesce(sum("changed"), lit(0L)))
            .first();
    if (totals.getLong(0) == 0) {
      throw new UsageException(
          String.format(
              "Invalid --new: no image id of %s is in %s", request.after(), request.before()));
    }
    List<DiffResult.ClassChange> changes =
        images
            .select(explode(col("pairs")).as("p"))
            .groupBy("p.old_class", "p.new_class")
            .agg(sum("p.pixels").as("pixels"))
            .orderBy(col("pixels").desc(), col("old_class"), col("new_class"))
            .collectAsList()
            .stream()
            .map(row -> new DiffResult.ClassChange(row.getInt(0), row.getInt(1), row.getLong(2)))
            .toList();
    List<DiffResult.ImageChange> ranked =
        ranked(images).limit(NAMED).collectAsList().stream()
            .map(
                row ->
                    new DiffResult.ImageChange(
                        row.getString(0), row.getDouble(3), row.getAs(4), row.getAs(5)))
            .toList();
    Optional<DiffResult.Gains> gains = request.truth().map(truth -> gains(images, known, truth));
    return new DiffResult(
        request,
        totals.getLong(0),
        totals.getLong(1),
        totals.getLong(2),
        uncompared,
        lonely(before, after),
        lonely(after, before),
        changes,
        ranked,
        gains,
        known);
  }

  private static Dataset<Row> ranked(Dataset<Row> images) {
    return images
        .select(
            col("image_id"),
            col("pixels"),
            col("changed"),
            col("changed").divide(col("pixels")).as("changed_fraction"),
            col("old_mIoU"),
            col("new_mIoU"))
        .orderBy(col("changed_fraction").desc(), col("image_id"));
  }

  private static DiffResult.Lonely lonely(Predictions here, Predictions there) {
    Dataset<Row> lonely =
        here.rows()
            .select("image_id")
            .join(there.rows().select("image_id"), "image_id", "left_anti");
    return new DiffResult.Lonely(
        lonely.count(),
        lonely.orderBy("image_id").limit(NAMED).as(Encoders.STRING()).collectAsList());
  }

  private static DiffResult.Gains gains(Dataset<Row> images, List<String> known, Truth truth) {
    Dataset<Row> overlaps =
        images.select(col("image_id"), explode(col("overlaps")).as("o")).select("image_id", "o.*");
    Dataset<Row> before = overlaps.filter(col("run").equalTo(0));
    Dataset<Row> after = overlaps.filter(col("run").equalTo(1));
    int classes =
        known.isEmpty()
            ? overlaps.agg(coalesce(max("class_id"), lit(0))).first().getInt(0) + 1
            : known.size();
    long withTruth = overlaps.select("image_id").distinct().count();
    if (withTruth == 0) {
      throw new UsageException(
          "Invalid --truth: no image has a PNG of its name below "
              + truth.place()
              + "; --truth-suffix says where names differ");
    }
    Bootstrap old = Bootstraps.of(before, classes);
    Bootstrap now = Bootstraps.of(after, classes);
    return new DiffResult.Gains(
        withTruth, sums(before, classes), sums(after, classes), now.gainOver(old));
  }

  private static List<ClassIou> sums(Dataset<Row> overlaps, int classes) {
    ClassIou[] sums = new ClassIou[classes];
    for (Row row :
        overlaps
            .groupBy("class_id")
            .agg(sum("intersection"), sum("truth_pixels"), sum("predicted_pixels"))
            .collectAsList()) {
      int id = row.getInt(0);
      sums[id] = new ClassIou(id, row.getLong(1), row.getLong(2), row.getLong(3));
    }
    return IntStream.range(0, classes)
        .mapToObj(id -> sums[id] == null ? new ClassIou(id, 0, 0, 0) : sums[id])
        .toList();
  }

  private void write(OutputDirectory output, Dataset<Row> images, DiffResult result)
      throws IOException {
    ranked(images).coalesce(1).write().parquet(output.staged("changes").toString());
    stage(output, "class_changes", result.classRows(), DiffTables.CLASS_CHANGES);
    output.replace("changes");
    output.replace("class_changes");
    if (result.gains().isPresent()) {
      stage(output, "per_class", result.gainRows(), DiffTables.PER_CLASS);
      output.replace("per_class");
    }
    output.writeText("summary.json", DiffSummary.json(result));
  }

  private void stage(OutputDirectory output, String table, List<Row> rows, StructType schema) {
    spark
        .createDataFrame(rows, schema)
        .coalesce(1)
        .write()
        .parquet(output.staged(table).toString());
  }
}
