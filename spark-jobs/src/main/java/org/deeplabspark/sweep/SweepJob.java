package org.deeplabspark.sweep;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.dataset.TruthReader;
import org.deeplabspark.io.ModelFiles;
import org.deeplabspark.io.OutputDirectory;
import org.deeplabspark.io.RunIds;
import org.deeplabspark.metric.Bootstrap;
import org.deeplabspark.metric.OverlapCounts;
import org.deeplabspark.model.ClassLabel;
import org.deeplabspark.model.Model;
import org.deeplabspark.pass.Engines;
import org.deeplabspark.pass.ImagePass;
import org.deeplabspark.pass.Jobs;
import org.deeplabspark.pass.SharedModel;
import org.deeplabspark.settings.SweepSettings;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.table.Overlaps;

/**
 * {@code sweep-crf}: one pass over the images, in which each is scored once and counted under every
 * setting; then the standings, and where asked finer grids round the best. The driver holds counts
 * by setting and class, whatever the number of images.
 */
public final class SweepJob {

  private final SparkSession spark;
  private final Configuration hadoop;
  private final SweepSettings settings;
  private final InputFiles files;
  private final SweepRequest request;
  private final long started = System.nanoTime();

  /** Prepares a job; nothing is read before {@link #run}. */
  public SweepJob(SparkSession spark, SweepSettings settings, SweepRequest request) {
    this.spark = Jobs.session(spark);
    this.hadoop = spark.sessionState().newHadoopConf();
    this.settings = settings;
    this.request = request;
    this.files = InputFiles.of(this.spark, settings.pass().limits());
  }

  /**
   * Reads the grid and every setting in it, so that what is wrong is said before Spark starts.
   *
   * @throws UsageException naming the first thing that is wrong
   */
  public static void check(SweepSettings settings, SweepRequest request) {
    CrfGrid.parse(request.grid()).points().forEach(settings.baseline()::with);
  }

  /**
   * Searches, and writes {@code settings}, {@code per_class}, {@code per_image}, {@code errors},
   * {@code best.conf} and then {@code summary.json}, replacing those of an earlier sweep.
   *
   * @throws UsageException if settings, model, input, truth or output are wrong; nothing was
   *     written
   * @throws IllegalArgumentException if no image could be counted; nothing was written
   */
  public SweepResult run() throws IOException {
    check(settings, request);
    OutputDirectory output =
        OutputDirectory.open(hadoop, request.output(), RunIds.next(), OutputDirectory.Owner.SWEEP);
    try {
      Model model = ModelFiles.read(hadoop, request.model(), request.modelCard());
      reader(model); // Other classes are said before anything is computed.
      Engines.tryOut(spark, settings.pass().engine(), model);
      return run(model, output);
    } finally {
      output.deleteStaging();
    }
  }

  private SweepResult run(Model model, OutputDirectory output) throws IOException {
    ImageRows images = ImageRows.of(spark, request.inputs(), settings.input());
    Dataset<Row> pairs = pairs(images);
    long count = pairs.count();
    if (count == 0) {
      throw new UsageException(
          String.format(
              "Invalid --truth: none of %d images has a %sPNG of its name below %s; --truth-suffix says where names differ",
              images.count(),
              request.truth().endings().truth().isEmpty()
                  ? ""
                  : request.truth().endings().truth() + " ",
              request.truth().place()));
    }
    Candidates candidates = new Candidates();
    candidates.add(SweepSetting.Kind.OFF, 0, settings.baseline().off());
    candidates.add(SweepSetting.Kind.BASELINE, 0, settings.baseline());
    CrfGrid grid = CrfGrid.parse(request.grid());
    List<SettingScore> standings = new ArrayList<>();
    for (int round = 0; round <= request.refinements(); round++) {
      if (round > 0) {
        grid = grid.finer(best(standings, true).setting().variant());
      }
      for (Map<String, String> point : grid.points()) {
        candidates.add(SweepSetting.Kind.GRID, round, settings.baseline().with(point));
      }
      List<SweepSetting> tried = candidates.take();
      if (!tried.isEmpty()) {
        count(model, pairs, images.stored(), count, tried, output, round);
        standings.addAll(standings(model, tried, read(output)));
      }
    }
    return finish(model, images, count, standings, output);
  }

  private Dataset<Row> pairs(ImageRows images) throws IOException {
    return images
        .rows()
        .withColumn("image_id", request.truth().endings().cut(col("image_id")))
        .join(request.truth().list(hadoop).rows(spark).drop("truth_length"), "image_id");
  }

  /** One pass over the images. */
  private void count(
      Model model,
      Dataset<Row> pairs,
      boolean stored,
      long count,
      List<SweepSetting> tried,
      OutputDirectory output,
      int round) {
    SweepImages perImage =
        new SweepImages(SharedModel.of(spark, model), files, tried, reader(model));
    ImagePass.Notes notes = new ImagePass.Notes(output.staged("journals"), Set.of());
    try (ImagePass pass = ImagePass.begin(spark, settings.pass(), files, stored, notes, count)) {
      Jobs.describe(spark, "try " + tried.size() + " settings on " + count + " images");
      // An image takes seconds: a partition each, until there are very many.
      Dataset<Row> each = pairs.repartition((int) Math.min(count, 10_000));
      pass.over(each, perImage, SweepTables.IMAGE)
          .write()
          .parquet(output.staged("images/round=" + round).toString());
    }
  }

  private TruthReader reader(Model model) {
    return request.truth().reader(model.card().classes().stream().map(ClassLabel::name).toList());
  }

  private Dataset<Row> read(OutputDirectory output) {
    return spark
        .read()
        .schema(SweepTables.IMAGE)
        .parquet(ImageRows.literal(output.staged("images")));
  }

  private List<SettingScore> standings(Model model, List<SweepSetting> tried, Dataset<Row> images) {
    int classes = model.card().classes().size();
    Object[] ids = tried.stream().map(SweepSetting::id).toArray();
    Map<Integer, OverlapCounts> sums = new HashMap<>();
    Dataset<Row> counts = SweepTables.perImage(images).filter(col("setting_id").isin(ids));
    for (Row row : Overlaps.sumBy(counts, "setting_id").collectAsList()) {
      sums.computeIfAbsent(row.getAs("setting_id"), any -> new OverlapCounts(classes))
          .add(Overlaps.fromRow(row));
    }
    if (sums.isEmpty()) {
      Row first = images.filter(col("stage").isNotNull()).orderBy("image_id").first();
      throw new IllegalArgumentException(
          String.format(
              "Invalid input: not one of %d images could be counted; %s: %s",
              images.count(), first.getAs("image_id"), first.getAs("message")));
    }
    return tried.stream()
        .map(
            setting ->
                SettingScore.of(setting, sums.get(setting.id()).overlaps(), request.convention()))
        .toList();
  }

  /** The first of those with the greatest mean IoU. */
  static SettingScore best(List<SettingScore> standings, boolean onlyCrf) {
    SettingScore best = null;
    for (SettingScore standing : standings) {
      boolean candidate = !onlyCrf || standing.setting().kind() != SweepSetting.Kind.OFF;
      if (candidate && (best == null || standing.meanIou() > best.meanIou())) {
        best = standing;
      }
    }
    return best;
  }

  private SweepResult finish(
      Model model, ImageRows images, long count, List<SettingScore> bare, OutputDirectory output)
      throws IOException {
    Dataset<Row> rows = read(output);
    Jobs.describe(spark, "write the counts");
    SweepTables.perImage(rows)
        .repartition(col("setting_id"))
        .sortWithinPartitions("setting_id", "image_id", "class_id")
        .write()
        .parquet(output.staged("per_image").toString());
    SweepTables.errors(rows, output.runId())
        .coalesce(1)
        .write()
        .parquet(output.staged("errors").toString());
    Jobs.describe(spark, "resample the images");
    SweepIntervals intervals =
        new SweepIntervals(
            spark.read().parquet(ImageRows.literal(output.staged("per_image"))),
            model.card().classes().size(),
            request.convention());
    int baseline = SweepResult.baseline(bare).setting().id();
    Bootstrap before = intervals.of(baseline);
    Map<Integer, SweepIntervals.Pair> pairs = intervals.all(before);
    List<SettingScore> standings =
        bare.stream()
            .map(
                s -> {
                  SweepIntervals.Pair pair = pairs.get(s.setting().id());
                  return s.with(pair.own(), pair.gain());
                })
            .toList();
    SettingScore best = best(standings, false);
    SettingScore second =
        best(
            standings.stream().filter(s -> s.setting().id() != best.setting().id()).toList(),
            false);
    SweepIntervals.Pair lead =
        SweepIntervals.pair(
            intervals.of(best.setting().id()),
            intervals.of(second.setting().id()),
            request.convention());
    SweepResult result =
        new SweepResult(
            request,
            output.runId(),
            images.count(),
            count,
            errors(output),
            standings,
            best,
            second,
            IntStream.range(0, before.classes()).mapToObj(before::images).toList(),
            lead.gain(),
            taskSeconds(rows),
            (System.nanoTime() - started) * 1e-9);
    write(model, output, result);
    return result;
  }

  private List<String> errors(OutputDirectory output) {
    return spark
        .read()
        .parquet(ImageRows.literal(output.staged("errors")))
        .orderBy("image_id")
        .select("image_id", "message")
        .javaRDD()
        .map(row -> row.<String>getAs("image_id") + ": " + row.<String>getAs("message"))
        .collect();
  }

  private static Map<String, Double> taskSeconds(Dataset<Row> rows) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    for (String stage : List.of("decode", "infer", "crf")) {
      Column millis = coalesce(sum(stage + "_millis"), lit(0.0));
      seconds.put(
          stage + "_task_seconds", rows.select(millis).as(Encoders.DOUBLE()).first() / 1000);
    }
    return seconds;
  }

  private void write(Model model, OutputDirectory output, SweepResult result) throws IOException {
    stage(output, "settings", result.settingRows(), SweepTables.SETTINGS);
    stage(output, "per_class", result.classRows(model), SweepTables.PER_CLASS);
    for (String table : List.of("per_image", "errors", "per_class", "settings")) {
      output.replace(table);
    }
    output.writeText("best.conf", result.bestConfig());
    output.writeText("summary.json", SweepSummary.json(result, settings.json(), model, spark));
  }

  private void stage(OutputDirectory output, String table, List<Row> rows, StructType schema) {
    spark
        .createDataFrame(rows, schema)
        .coalesce(1)
        .write()
        .parquet(output.staged(table).toString());
  }
}
