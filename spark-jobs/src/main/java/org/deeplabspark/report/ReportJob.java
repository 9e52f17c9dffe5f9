package org.deeplabspark.report;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.xxhash64;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.evaluate.EvaluateJob;
import org.deeplabspark.evaluate.EvaluateRequest;
import org.deeplabspark.io.PathText;
import org.deeplabspark.io.RunIds;
import org.deeplabspark.io.StrictFiles;
import org.deeplabspark.metric.Trimap;
import org.deeplabspark.pass.Jobs;
import org.deeplabspark.settings.InputFilter;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.source.InputFiles;

/**
 * {@code report}: one page about a run. The driver holds counts, the ids of the images that are
 * shown, and their small pictures, which the executors make.
 */
public final class ReportJob {

  private final SparkSession spark;
  private final Configuration hadoop;
  private final Settings settings;
  private final ReportRequest request;
  private final Path output;
  private final FileSystem fs;

  /**
   * Prepares a report; nothing is read before {@link #run}.
   *
   * @param settings {@code input.*} say what counts as a photograph
   */
  public ReportJob(SparkSession spark, Settings settings, ReportRequest request)
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
      StrictFiles.delete(fs, output);
      StrictFiles.rename(fs, grown, output);
      return page.length;
    } finally {
      StrictFiles.delete(fs, own);
    }
  }

  private ReportData data(Path own) throws IOException {
    RunMasks masks = RunMasks.of(spark, request.predictions(), "--predictions");
    Optional<RunMasks> raw = Optional.empty();
    if (request.baseline().isPresent()) {
      raw = Optional.of(RunMasks.of(spark, request.baseline().get(), "--baseline"));
    }
    Optional<Metrics> after =
        metrics(request.metrics(), Optional.of(request.predictions()), new Path(own, "after"));
    Optional<Metrics> before =
        metrics(request.baselineMetrics(), request.baseline(), new Path(own, "before"));
    Jobs.describe(spark, "choose images");
    Row totals = masks.rows().agg(count("*"), avg("changed")).first();
    Choice choice = new Choice(masks.rows(), after, before);
    Pictured pictured = new Pictured(choice, masks, raw);
    List<String> names =
        masks.classNames().isEmpty()
            ? after.map(Metrics::classNames).orElse(List.of())
            : masks.classNames();
    return new ReportData(
        request,
        totals.getLong(0),
        masks.errors(),
        totals.isNullAt(1) ? Double.NaN : totals.getDouble(1),
        names,
        masks.classColors(),
        after.map(a -> judged(a, before)),
        before.map(b -> judged(b, Optional.empty())),
        masks.run(),
        pictured.of(choice.worst),
        pictured.of(choice.random),
        pictured.of(choice.unsure),
        pictured.of(choice.changed));
  }

  private static ReportData.Judged judged(Metrics metrics, Optional<Metrics> before) {
    return new ReportData.Judged(
        metrics,
        metrics.bootstrap().intervals(),
        before
            .filter(b -> b.classNames().size() == metrics.classNames().size())
            .map(b -> metrics.bootstrap().gainOver(b.bootstrap())));
  }

  /** Metrics that are there; else, with a truth, made in a place of our own. */
  private Optional<Metrics> metrics(Optional<String> given, Optional<String> masks, Path own)
      throws IOException {
    if (given.isPresent()) {
      return Optional.of(Metrics.read(spark, PathText.parse(given.get()), "--metrics"));
    }
    if (masks.isEmpty() || request.truth().isEmpty()) {
      return Optional.empty();
    }
    Truth truth = request.truth().get();
    new EvaluateJob(
            spark,
            settings,
            new EvaluateRequest(
                masks.get(),
                truth.place(),
                own.toString(),
                truth.suffixes(),
                truth.voidLabel(),
                request.convention(),
                List.of(),
                new EvaluateRequest.Layouts(
                    truth.layout(), Optional.empty(), Optional.empty(), truth.panopticJson()),
                Optional.of(Trimap.Border.AUTO),
                Optional.empty()))
        .run();
    return Optional.of(Metrics.read(spark, own, "--truth"));
  }

  /** Which images are shown, and what is known of them. */
  private final class Choice {
    private final List<String> worst;
    private final List<String> random;
    private final List<String> unsure;
    private final List<String> changed;
    private final Map<String, ReportImage.Facts> facts = new HashMap<>();

    Choice(Dataset<Row> masks, Optional<Metrics> after, Optional<Metrics> before) {
      ReportRequest.Shown shown = request.shown();
      worst =
          after
              .map(
                  a ->
                      ids(
                          a.byImage().join(masks.select("image_id"), "image_id"),
                          col("miou"),
                          shown.worst()))
              .orElse(List.of());
      random = ids(masks, xxhash64(col("image_id"), lit(shown.seed())), shown.random());
      unsure = ids(masks.filter("marginal IS NOT NULL"), col("marginal"), shown.review());
      changed = ids(masks.filter("changed > 0"), col("changed").desc(), shown.review());
      Object[] all = all().toArray();
      Map<String, Double> means = means(after, all);
      Map<String, Double> rawMeans = means(before, all);
      for (Row row :
          masks
              .filter(col("image_id").isin(all))
              .select("image_id", "marginal", "changed")
              .collectAsList()) {
        String id = row.getString(0);
        facts.put(
            id,
            new ReportImage.Facts(
                means.getOrDefault(id, Double.NaN),
                rawMeans.getOrDefault(id, Double.NaN),
                row.isNullAt(1) ? Double.NaN : row.getFloat(1),
                row.isNullAt(2) ? Double.NaN : row.getFloat(2)));
      }
    }

    private static List<String> ids(Dataset<Row> rows, Column order, int count) {
      return count == 0
          ? List.of()
          : rows.orderBy(order, col("image_id"))
              .select("image_id")
              .limit(count)
              .as(Encoders.STRING())
              .collectAsList();
    }

    Set<String> all() {
      Set<String> all = new LinkedHashSet<>(worst);
      all.addAll(random);
      all.addAll(unsure);
      all.addAll(changed);
      return all;
    }

    private static Map<String, Double> means(Optional<Metrics> metrics, Object[] ids) {
      Map<String, Double> means = new HashMap<>();
      metrics.ifPresent(
          m ->
              m.byImage()
                  .filter(col("image_id").isin(ids))
                  .collectAsList()
                  .forEach(row -> means.put(row.getString(0), row.getDouble(1))));
      return means;
    }
  }

  /** The chosen images with their pictures. */
  private final class Pictured {
    private final Map<String, ReportImage> byId = new HashMap<>();

    Pictured(Choice choice, RunMasks masks, Optional<RunMasks> raw) throws IOException {
      Object[] ids = choice.all().toArray();
      if (ids.length == 0) {
        return;
      }
      Jobs.describe(spark, "draw " + ids.length + " images");
      Dataset<Row> rows =
          masks
              .rows()
              .filter(col("image_id").isin(ids))
              .select("image_id", "photo_path", "mask_path", "mask");
      rows = photos(rows, ids);
      rows =
          beside(
              rows,
              raw.map(
                  r ->
                      r.rows()
                          .select(
                              col("image_id"),
                              col("mask_path").as("raw_path"),
                              col("mask").as("raw"))),
              ids,
              List.of("raw_path string", "raw binary"));
      Optional<Dataset<Row>> truth = Optional.empty();
      if (request.truth().isPresent()) {
        truth = Optional.of(request.truth().get().list(hadoop).rows(spark).drop("truth_length"));
      }
      rows = beside(rows, truth, ids, List.of("truth_path string", "segments array<int>"));
      ReportPictures pictures =
          new ReportPictures(
              InputFiles.of(spark, settings),
              masks.classColors(),
              request.shown().side(),
              request.truth().map(t -> t.reader(List.of())).orElse(null));
      for (Row row : rows.map(pictures, Encoders.row(ReportPictures.SCHEMA)).collectAsList()) {
        String id = row.getString(0);
        byId.put(id, ReportImage.of(row, choice.facts.getOrDefault(id, ReportImage.Facts.NONE)));
      }
    }

    private Dataset<Row> photos(Dataset<Row> rows, Object[] ids) throws IOException {
      if (request.inputs().isEmpty()) {
        return rows.withColumn("photo", lit(null).cast("binary"));
      }
      Dataset<Row> photos =
          ImageRows.of(spark, request.inputs(), InputFilter.of(settings))
              .rows()
              .select(col("image_id"), col("path").as("photo_path"), col("content").as("photo"));
      return beside(
          rows.drop("photo_path"),
          Optional.of(photos),
          ids,
          List.of("photo_path string", "photo binary"));
    }

    private static Dataset<Row> beside(
        Dataset<Row> rows, Optional<Dataset<Row>> more, Object[] ids, List<String> columns) {
      if (more.isPresent()) {
        return rows.join(
            more.get().filter(col("image_id").isin(ids)),
            scala.collection.JavaConverters.asScalaBuffer(List.of("image_id")).toSeq(),
            "left_outer");
      }
      Dataset<Row> with = rows;
      for (String column : columns) {
        String[] parts = column.split(" ", 2);
        with = with.withColumn(parts[0], lit(null).cast(parts[1]));
      }
      return with;
    }

    List<ReportImage> of(List<String> ids) {
      List<ReportImage> shown = new ArrayList<>();
      ids.forEach(
          id -> {
            if (byId.containsKey(id)) {
              shown.add(byId.get(id));
            }
          });
      return shown;
    }
  }
}
