package org.deeplabspark.diff;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.deeplabspark.dataset.LabelLayout;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.evaluate.Bootstraps;
import org.deeplabspark.evaluate.Predictions;
import org.deeplabspark.evaluate.Uncompared;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.io.OutputDirectory;
import org.deeplabspark.io.RunIds;
import org.deeplabspark.metric.Bootstrap;
import org.deeplabspark.pass.Jobs;
import org.deeplabspark.settings.ReadLimits;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.table.ChangeRow;
import org.deeplabspark.table.ClassChangeRow;
import org.deeplabspark.table.ClassGainRow;
import org.deeplabspark.table.DriverTable;
import org.deeplabspark.table.Overlaps;

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
   * @param limits of reading files
   */
  public DiffJob(SparkSession spark, ReadLimits limits, DiffRequest request) {
    this.spark = Jobs.session(spark);
    this.files = InputFiles.of(this.spark, limits);
    this.hadoop = spark.sessionState().newHadoopConf();
    this.request = request;
  }

  /**
   * Compares, and where an output is given writes {@code changes}, {@code class_changes}, with a
   * truth {@code per_class}, and then {@code summary.json}, replacing those of an earlier diff.
   *
   * @throws UsageException if a place is wrong, the runs have other classes or no image in common;
   *     nothing was written
   * @throws IllegalArgumentException if no image's masks could be compared; names the first and
   *     what is wrong; nothing was written
   */
  public DiffResult run() throws IOException {
    Optional<OutputDirectory> output = output();
    Predictions before = Predictions.of(spark, request.before(), "--old");
    Predictions after = Predictions.of(spark, request.after(), "--new");
    List<String> names = names(before, after);
    Jobs.describe(spark, "compare " + request.before() + " with " + request.after());
    Dataset<Row> all =
        DiffPair.rows(spark, before.rows(), after.rows(), request.truth())
            .map(comparison(names), Encoders.row(ImageDiff.SCHEMA))
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

  private Optional<OutputDirectory> output() throws IOException {
    return request.output().isEmpty()
        ? Optional.empty()
        : Optional.of(
            OutputDirectory.open(
                hadoop, request.output().get(), RunIds.next(), OutputDirectory.Owner.DIFF));
  }

  private DiffImages comparison(List<String> names) {
    return new DiffImages(
        files,
        names.isEmpty() ? MOST_CLASSES : names.size(),
        request.truth().map(truth -> truth.reader(names)).orElse(null));
  }

  private List<String> names(Predictions before, Predictions after) {
    if (before.classNames().isEmpty() && after.classNames().isEmpty()) {
      return request
          .truth()
          .flatMap(Truth::layout)
          .map(LabelLayout::classNames)
          .orElse(request.classNames());
    }
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

  private static Optional<Uncompared> uncompared(Dataset<Row> images) {
    Dataset<Row> bad = images.filter(col("problem").isNotNull());
    long problems = bad.count();
    if (problems == 0) {
      return Optional.empty();
    }
    Map<String, Long> byCode = new HashMap<>();
    for (Row row : bad.groupBy("code").count().collectAsList()) {
      byCode.put(row.getAs("code"), row.<Long>getAs("count"));
    }
    Row first = bad.orderBy("image_id").first();
    Uncompared uncompared = Uncompared.of(byCode, first.getAs("code"), first.getAs("problem"));
    if (problems == images.count()) {
      throw new IllegalArgumentException(uncompared.message());
    }
    return Optional.of(uncompared);
  }

  private DiffResult result(
      Predictions before,
      Predictions after,
      Dataset<Row> images,
      List<String> known,
      Optional<Uncompared> uncompared) {
    Row totals =
        images
            .agg(
                count("*").as("images"),
                coalesce(sum("pixels"), lit(0L)).as("pixels"),
                coalesce(sum("changed"), lit(0L)).as("changed"))
            .first();
    long pixels = totals.<Long>getAs("pixels");
    if (totals.<Long>getAs("images") == 0) {
      throw new UsageException(
          String.format(
              "Invalid --new: no image id of %s is in %s", request.after(), request.before()));
    }
    return new DiffResult(
        request,
        totals.<Long>getAs("images"),
        pixels,
        totals.<Long>getAs("changed"),
        uncompared,
        lonely(before, after),
        lonely(after, before),
        classChanges(images, known, pixels),
        ranked(images).limit(NAMED).collectAsList().stream().map(ChangeRow::fromRow).toList(),
        request.truth().map(truth -> gains(images, known, truth)),
        known);
  }

  /** Pixels by pair of classes, most first. */
  private static List<ClassChangeRow> classChanges(
      Dataset<Row> images, List<String> known, long pixels) {
    return images
        .select(explode(col("pairs")).as("p"))
        .groupBy("p.old_class", "p.new_class")
        .agg(sum("p.pixels").as("pixels"))
        .orderBy(col("pixels").desc(), col("old_class"), col("new_class"))
        .collectAsList()
        .stream()
        .map(ImageDiff.Pair::fromRow)
        .map(
            pair ->
                new ClassChangeRow(
                    pair.oldClass(),
                    pair.newClass(),
                    DiffResult.name(known, pair.oldClass()),
                    DiffResult.name(known, pair.newClass()),
                    pair.pixels(),
                    (double) pair.pixels() / pixels))
        .toList();
  }

  /** {@code changes}, most first. */
  private static Dataset<Row> ranked(Dataset<Row> images) {
    return images
        .withColumn("changed_fraction", col("changed").divide(col("pixels")))
        .selectExpr(ChangeRow.SCHEMA.fieldNames())
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
    Dataset<Row> before = overlaps.filter(col("run").equalTo(ImageDiff.OLD_RUN));
    Dataset<Row> after = overlaps.filter(col("run").equalTo(ImageDiff.NEW_RUN));
    int classes =
        known.isEmpty()
            ? overlaps
                    .agg(coalesce(max("class_id"), lit(0)).as("most"))
                    .first()
                    .<Integer>getAs("most")
                + 1
            : known.size();
    long judged = images.filter(col("judged")).count();
    if (judged == 0) {
      throw new UsageException(
          "Invalid --truth: no image has a PNG of its name below "
              + truth.place()
              + "; --truth-suffix says where names differ");
    }
    Bootstrap old = Bootstraps.of(before, classes);
    Bootstrap now = Bootstraps.of(after, classes);
    long counted = overlaps.select("image_id").distinct().count();
    return new DiffResult.Gains(
        counted,
        judged - counted,
        Overlaps.sumByClass(before, classes),
        Overlaps.sumByClass(after, classes),
        now.gainOver(old));
  }

  private void write(OutputDirectory output, Dataset<Row> images, DiffResult result)
      throws IOException {
    ranked(images).coalesce(1).write().parquet(output.staged("changes").toString());
    DriverTable.write(
        spark,
        output.staged("class_changes"),
        ClassChangeRow.SCHEMA,
        result.classChanges().stream().map(ClassChangeRow::toRow).toList());
    output.replace("changes");
    output.replace("class_changes");
    if (result.gains().isPresent()) {
      DriverTable.write(
          spark,
          output.staged("per_class"),
          ClassGainRow.SCHEMA,
          result.classGains().stream().map(ClassGainRow::toRow).toList());
      output.replace("per_class");
    } else {
      output.delete("per_class");
    }
    output.writeText("summary.json", DiffSummary.json(result));
  }
}
