package org.deeplabspark.report;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.evaluate.EvaluateJob;
import org.deeplabspark.evaluate.EvaluateRequest;
import org.deeplabspark.evaluate.Predictions;
import org.deeplabspark.io.AtomicFiles;
import org.deeplabspark.io.PathText;
import org.deeplabspark.io.RunIds;
import org.deeplabspark.io.StrictFiles;
import org.deeplabspark.metric.Trimap;
import org.deeplabspark.pass.Jobs;
import org.deeplabspark.settings.ReportSettings;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.table.Ratios;

/**
 * {@code report}: one page about a run. The driver holds counts, the ids of the images that are
 * shown, and their small pictures, which the executors make.
 */
public final class ReportJob {

  private final SparkSession spark;
  private final Configuration hadoop;
  private final ReportSettings settings;
  private final ReportRequest request;
  private final Path output;
  private final FileSystem fs;

  /** Prepares a report; nothing is read before {@link #run}. */
  public ReportJob(SparkSession spark, ReportSettings settings, ReportRequest request)
      throws IOException {
    this.spark = Jobs.session(spark);
    this.hadoop = spark.sessionState().newHadoopConf();
    this.settings = settings;
    this.request = request;
    Path page = PathText.parse(request.output());
    this.fs = page.getFileSystem(hadoop);
    this.output = fs.makeQualified(page);
  }

  /**
   * Writes the page, over one that is there.
   *
   * @return the page's length in bytes
   * @throws UsageException if a place is wrong; nothing was written
   */
  public long run() throws IOException {
    if (fs.exists(output) && fs.getFileStatus(output).isDirectory()) {
      throw new UsageException("Invalid --output: " + request.output() + " is a directory");
    }
    Path own = new Path(output.getParent(), "." + output.getName() + "-" + RunIds.next());
    try {
      byte[] page = ReportPage.of(data(own)).getBytes(StandardCharsets.UTF_8);
      Path grown = new Path(own, "page");
      try (FSDataOutputStream out = fs.create(grown, true)) {
        out.write(page);
      }
      new AtomicFiles(fs, hadoop).move(grown, output);
      return page.length;
    } finally {
      StrictFiles.delete(fs, own);
    }
  }

  private ReportData data(Path own) throws IOException {
    RunMasks masks = RunMasks.of(spark, request.predictions(), "--predictions");
    Optional<RunMasks> raw = Optional.empty();
    if (request.baseline().masks().isPresent()) {
      raw = Optional.of(RunMasks.of(spark, request.baseline().masks().get(), "--baseline"));
    }
    Optional<Metrics> after =
        metrics(request.run(), "--metrics", "--predictions", new Path(own, "after"));
    Optional<Metrics> before =
        metrics(request.baseline(), "--baseline-metrics", "--baseline", new Path(own, "before"));
    if (!masks.classNames().isEmpty() && after.isPresent()) {
      after.get().requireClasses(masks.classNames(), "those of the masks");
    }
    Optional<Comparison> comparison = after.flatMap(a -> before.map(b -> Comparison.of(a, b)));
    Jobs.describe(spark, "choose images");
    Row totals = masks.rows().agg(count("*").as("images"), avg("changed").as("changed")).first();
    ImageChoice choice = ImageChoice.of(request.pictures(), masks.rows(), after, before);
    Map<String, ReportImage> images = images(choice, masks, raw);
    List<String> names =
        masks.classNames().isEmpty()
            ? after.map(Metrics::classNames).orElse(List.of())
            : masks.classNames();
    return new ReportData(
        request,
        totals.<Long>getAs("images"),
        masks.errors(),
        Ratios.orNaN(totals.getAs("changed")),
        names,
        masks.classColors(),
        after.map(ReportData.RunMetrics::of),
        comparison,
        masks.run(),
        shown(choice.worst(), images),
        shown(choice.random(), images),
        shown(choice.unsure(), images),
        shown(choice.changed(), images));
  }

  private static List<ReportImage> shown(List<String> ids, Map<String, ReportImage> images) {
    return ids.stream().filter(images::containsKey).map(images::get).toList();
  }

  /** Metrics that are there; else, with a truth, made in a place of our own. */
  private Optional<Metrics> metrics(
      ReportRequest.Run run, String option, String masksOption, Path own) throws IOException {
    if (run.metrics().isPresent()) {
      Metrics metrics = Metrics.read(spark, PathText.parse(run.metrics().get()), option);
      if (run.masks().isPresent()) {
        metrics.requireMasks(Predictions.of(spark, run.masks().get(), masksOption), masksOption);
      }
      return Optional.of(metrics);
    }
    if (run.masks().isEmpty() || request.truth().isEmpty()) {
      return Optional.empty();
    }
    EvaluateRequest evaluate =
        EvaluateRequest.of(run.masks().get(), request.truth().get(), own.toString())
            .withConvention(request.convention())
            .withBoundary(Trimap.Border.AUTO);
    new EvaluateJob(spark, settings.limits(), evaluate).run();
    return Optional.of(Metrics.read(spark, own, masksOption));
  }

  /** The chosen images with their pictures, by id. */
  private Map<String, ReportImage> images(
      ImageChoice choice, RunMasks masks, Optional<RunMasks> raw) throws IOException {
    Object[] ids = choice.all();
    if (ids.length == 0) {
      return Map.of();
    }
    Jobs.describe(spark, "draw " + ids.length + " images");
    ReportPictures pictures =
        new ReportPictures(
            InputFiles.of(spark, settings.limits()),
            settings.decoding(),
            masks.classColors(),
            request.pictures().side(),
            request.truth().map(t -> t.reader(List.of())).orElse(null),
            choice.facts());
    Map<String, ReportImage> images = new HashMap<>();
    files(ids, masks, raw)
        .javaRDD()
        .map(pictures)
        .collect()
        .forEach(image -> images.put(image.imageId(), image));
    return images;
  }

  /** The chosen images' files, as {@link ReportPictures} takes them. */
  private Dataset<Row> files(Object[] ids, RunMasks masks, Optional<RunMasks> raw)
      throws IOException {
    Dataset<Row> rows =
        masks
            .rows()
            .filter(col("image_id").isin(ids))
            .select("image_id", "photo_path", "mask_path", "mask")
            .withColumn("photo", lit(null).cast("binary"));
    if (!request.inputs().isEmpty()) {
      Dataset<Row> photos =
          ImageRows.of(spark, request.inputs(), settings.input())
              .rows()
              .select(col("image_id"), col("path").as("photo_path"), col("content").as("photo"));
      rows = beside(rows.drop("photo_path", "photo"), photos, ids);
    }
    if (raw.isPresent()) {
      Dataset<Row> masksWithoutCrf =
          raw.get()
              .rows()
              .select(col("image_id"), col("mask_path").as("raw_path"), col("mask").as("raw"));
      rows = beside(rows, masksWithoutCrf, ids);
    } else {
      rows =
          rows.withColumn("raw_path", lit(null).cast("string"))
              .withColumn("raw", lit(null).cast("binary"));
    }
    return request.truth().isPresent()
        ? beside(rows, request.truth().get().list(hadoop).rows(spark), ids)
        : rows.withColumn("truth_path", lit(null).cast("string"));
  }

  private static Dataset<Row> beside(Dataset<Row> rows, Dataset<Row> more, Object[] ids) {
    return rows.join(
        more.filter(col("image_id").isin(ids)),
        scala.collection.JavaConverters.asScalaBuffer(List.of("image_id")).toSeq(),
        "left_outer");
  }
}
