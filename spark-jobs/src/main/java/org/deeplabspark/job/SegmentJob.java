package org.deeplabspark.job;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.time.Instant;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplabspark.engine.EngineSettings;
import org.deeplabspark.executor.Engines;
import org.deeplabspark.executor.LabelImages;
import org.deeplabspark.executor.PipelineSettings;
import org.deeplabspark.executor.StageClock;
import org.deeplabspark.executor.Work;
import org.deeplabspark.model.Model;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.source.InputFilter;
import org.deeplabspark.source.ModelFiles;
import org.deeplabspark.table.ErrorRow;
import org.deeplabspark.table.MaskRow;
import org.deeplabspark.table.StagedRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code segment}: a mask or an error for every image, each computed once. One pass stages whatever
 * comes out; the two tables are then parted from it, counted, and renamed into place.
 */
public final class SegmentJob {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentJob.class);

  private static final String BAD = "segment.max-bad-fraction";
  private static final String PARTITIONS = "segment.partitions";
  private static final int MOST_PARTITIONS = 1_000_000;
  private static final String ROWS = "rows";
  private static final long MOST_IMAGES_PER_PARTITION = 256;

  private final SparkSession spark;
  private final Configuration hadoop;
  private final Settings settings;
  private final SegmentRequest request;
  private final Instant started = Instant.now();
  private final StageClock clock = new StageClock();

  /** Prepares a job; nothing is read before {@link #run}. */
  public SegmentJob(SparkSession spark, Settings settings, SegmentRequest request) {
    this.spark = Jobs.session(spark);
    this.hadoop = spark.sessionState().newHadoopConf();
    this.settings = settings;
    this.request = request;
  }

  /**
   * Reads every setting of this job once, so that what is wrong is said before Spark starts.
   *
   * @throws UsageException naming the first setting out of its range
   */
  public static void check(Settings settings) {
    settings.number(BAD, 0, 1);
    settings.integer(PARTITIONS, 0, MOST_PARTITIONS);
    new TableWriter(settings);
    InputFilter.of(settings);
    PipelineSettings.check(settings);
  }

  /**
   * Labels what needs it.
   *
   * @throws UsageException if settings, model, input or output are wrong; nothing was written
   * @throws IllegalStateException if fewer or more rows came out than images went in; nothing was
   *     published
   */
  public SegmentOutcome run() throws IOException {
    check(settings);
    OutputDirectory output = OutputDirectory.open(hadoop, request.output(), RunIds.next());
    try {
      return run(output);
    } finally {
      output.deleteStaging();
    }
  }

  private SegmentOutcome run(OutputDirectory output) throws IOException {
    Model model = ModelFiles.read(hadoop, request.model(), request.modelCard());
    tryOut(spark, settings, model);
    RunRecord.Key key = RunRecord.Key.of(model, settings);

    Jobs.describe(spark, "list images");
    ImageRows images = images(InputFilter.of(settings));
    long found = images.count();
    DoneRows doneRows = new DoneRows(spark, output, key);
    Dataset<Row> left = doneRows.leftToDo(images.rows());
    long toDo = doneRows.any() ? left.count() : found;
    LOG.info("{} images, {} of them done already{}", found, found - toDo, images.leftOut());
    double listSeconds = seconds();

    Tally tally = new Tally(0, 0, 0);
    if (toDo > 0 || !doneRows.any()) {
      label(left, toDo, model, key, output);
      tally = part(model, toDo, output);
      publish(output, "errors", tally.errors());
      publish(output, "masks", tally.masks());
    }
    StageReport report = StageReport.of(seconds(), listSeconds, clock);
    boolean tooManyBad =
        tally.errors() > settings.number(BAD, 0, 1) * (tally.masks() + tally.errors());
    SegmentOutcome outcome =
        new SegmentOutcome(
            output.runId(),
            found,
            tally.masks(),
            tally.errors(),
            found - toDo + tally.unchanged(),
            report.runSeconds(),
            tooManyBad,
            report.verdict());
    output.writeText(
        "_runs/" + output.runId() + ".json",
        RunRecord.json(
            request, settings, model, key, outcome, report, Versions.all(spark), started));
    return outcome;
  }

  private double seconds() {
    return (System.currentTimeMillis() - started.toEpochMilli()) * 1e-3;
  }

  /**
   * Rows that a run has written.
   *
   * @param unchanged images that were read and found to be done already
   */
  private record Tally(long masks, long errors, long unchanged) {}

  /** The one pass over the images. */
  private void label(
      Dataset<Row> left, long toDo, Model model, RunRecord.Key key, OutputDirectory output) {
    LongAccumulator done = spark.sparkContext().longAccumulator("images done");
    LongAccumulator bad = spark.sparkContext().longAccumulator("images bad");
    spark.sparkContext().register(clock);
    try (ProgressLine progress = new ProgressLine(spark, done, bad, toDo)) {
      progress.start();
      Jobs.describe(spark, "label " + toDo + " images");
      left.repartition(partitions(toDo))
          .mapPartitions(
              new LabelImages(
                  work(model, key, output.runId(), done, bad),
                  output.staged("suspects").toString(),
                  clock),
              Encoders.row(StagedRow.SCHEMA))
          .write()
          .option("compression", "uncompressed")
          .parquet(output.staged(ROWS).toString());
    }
  }

  /** Parts the staged rows into tables and counts what was written. */
  private Tally part(Model model, long toDo, OutputDirectory output) throws IOException {
    Jobs.describe(spark, "part masks from errors");
    Dataset<Row> rows =
        spark.read().schema(StagedRow.SCHEMA).parquet(ImageRows.literal(output.staged(ROWS)));
    TableWriter writer = new TableWriter(settings);
    writer.masks(
        ofKind(rows, StagedRow.MASK, StagedRow.MASK_COLUMN),
        MaskTable.metadata(model),
        bytes(output.staged(ROWS)),
        output.staged("masks"));
    writer.errors(ofKind(rows, StagedRow.ERROR, StagedRow.ERROR_COLUMN), output.staged("errors"));
    long masks = staged(output, "masks", MaskRow.SCHEMA).count();
    long errors = staged(output, "errors", ErrorRow.SCHEMA).count();
    long unchanged = rows.filter(col(StagedRow.KIND).equalTo(StagedRow.UNCHANGED)).count();
    if (masks + errors + unchanged != toDo) {
      throw new IllegalStateException(
          String.format(
              "%d images went in, but %d masks, %d errors and %d unchanged came out; nothing was published",
              toDo, masks, errors, unchanged));
    }
    return new Tally(masks, errors, unchanged);
  }

  /**
   * Opens the network once before anything is written, so that a card that contradicts it is said
   * at once.
   *
   * @throws UsageException if it does, or the device does not answer
   */
  public static void tryOut(SparkSession spark, Settings settings, Model model) {
    // On a cluster the driver's machine need not have the executors' devices.
    EngineSettings asked = PipelineSettings.engine(settings);
    EngineSettings here = spark.sparkContext().isLocal() ? asked : new EngineSettings("cpu", 1);
    try (var engine = Engines.open(model, here)) {
      LOG.info("{} on {}", model.card().name(), engine.device());
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  private ImageRows images(InputFilter filter) throws IOException {
    return request.filesFrom().isPresent()
        ? ImageRows.ofList(spark, request.filesFrom().get(), filter)
        : ImageRows.of(spark, request.inputs(), filter);
  }

  private int partitions(long images) {
    int asked = settings.integer(PARTITIONS, 0, MOST_PARTITIONS);
    int cores = spark.sparkContext().defaultParallelism();
    if (asked > 0) {
      if (asked < cores && asked < images) {
        LOG.warn("{} partitions keep only {} of {} cores busy", asked, asked, cores);
      }
      return asked;
    }
    long enough = Math.max(4L * cores, 1 + images / MOST_IMAGES_PER_PARTITION);
    return (int) Math.max(1, Math.min(enough, images));
  }

  private Work work(
      Model model, RunRecord.Key key, String runId, LongAccumulator done, LongAccumulator bad) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return new Work(
        model.card(),
        context.broadcast(model.weights()),
        context.broadcast(new SerializableConfiguration(hadoop)),
        settings,
        key.modelDigest(),
        key.configDigest(),
        runId,
        done,
        bad);
  }

  private static Dataset<Row> ofKind(Dataset<Row> rows, String kind, String column) {
    return rows.filter(col(StagedRow.KIND).equalTo(kind)).select(column + ".*");
  }

  private long bytes(Path directory) throws IOException {
    FileSystem fs = directory.getFileSystem(hadoop);
    return fs.getContentSummary(directory).getLength();
  }

  private Dataset<Row> staged(OutputDirectory output, String table, StructType schema) {
    return spark.read().schema(schema).parquet(ImageRows.literal(output.staged(table)));
  }

  /** A table without rows gets one empty file, so that it can be read at all. */
  private void publish(OutputDirectory output, String table, long rows) throws IOException {
    if (rows > 0 || !output.hasRows(table)) {
      output.publish(table, table + "/run_date=" + request.runDate());
    }
  }
}
