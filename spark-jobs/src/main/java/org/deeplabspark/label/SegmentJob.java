package org.deeplabspark.label;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.io.ModelFiles;
import org.deeplabspark.io.OutputDirectory;
import org.deeplabspark.io.RunIds;
import org.deeplabspark.io.RunLock;
import org.deeplabspark.model.Model;
import org.deeplabspark.pass.Engines;
import org.deeplabspark.pass.GpuCheck;
import org.deeplabspark.pass.ImagePass;
import org.deeplabspark.pass.Jobs;
import org.deeplabspark.pass.SharedModel;
import org.deeplabspark.pass.StageClock;
import org.deeplabspark.pass.StageReport;
import org.deeplabspark.pass.Versions;
import org.deeplabspark.settings.LabelSettings;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.table.ErrorRow;
import org.deeplabspark.table.MaskRow;
import org.deeplabspark.table.MaskTable;
import org.deeplabspark.table.StagedRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code segment}: a mask or an error for every image, each computed once. One pass over the images
 * that need it stages whatever comes out; {@link Committer} publishes that while the pass goes on.
 */
public final class SegmentJob {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentJob.class);

  /** The driver keeps some kilobytes for each task of a job. */
  private static final int MOST_SHARDS_AT_ONCE = 50_000;

  private final SparkSession spark;
  private final Configuration hadoop;
  private final LabelSettings settings;
  private final SegmentRequest request;
  private final Instant started = Instant.now();
  private final InputFiles files;

  /** Prepares a job; nothing is read before {@link #run}. */
  public SegmentJob(SparkSession spark, LabelSettings settings, SegmentRequest request) {
    this.spark = Jobs.session(spark);
    this.hadoop = spark.sessionState().newHadoopConf();
    this.settings = settings;
    this.request = request;
    this.files = InputFiles.of(this.spark, settings.pass().limits());
  }

  /**
   * Looks whether another run is writing to the output, so that nobody waits for executors which
   * that run has.
   *
   * @throws IllegalStateException if one is
   * @throws UsageException if the place holds anything but an output
   */
  public static void refuseTaken(Configuration hadoop, LabelSettings settings, String place)
      throws IOException {
    OutputDirectory output =
        OutputDirectory.open(hadoop, place, RunIds.next(), OutputDirectory.Owner.SEGMENT);
    try {
      RunLock.look(output, settings.lockStale());
    } finally {
      output.deleteStaging();
    }
  }

  /**
   * Labels what needs it.
   *
   * @throws UsageException if settings, model, input or output are wrong; nothing was written
   * @throws IllegalStateException if another run is writing to the output, or fewer or more rows
   *     came out than images went in
   */
  public SegmentOutcome run() throws IOException {
    OutputDirectory output =
        OutputDirectory.open(
            hadoop, request.output(), RunIds.next(), OutputDirectory.Owner.SEGMENT);
    Model model = ModelFiles.read(hadoop, request.model(), request.modelCard());
    Engines.tryOut(spark, settings.pass().engine(), model);
    new GpuCheck(spark, settings.pass()).run(model);
    try (RunLock lock = RunLock.take(output, settings.lockStale())) {
      return run(output, model, lock);
    } catch (UsageException e) {
      output.delete(record(output, RunRecord.STARTED));
      throw e;
    } catch (FSError e) { // Hadoop's word for a local disk that takes nothing more
      throw new IllegalStateException(
          String.format(
              "Cannot write to %s (%s); put that right and run the same command again, which goes on from what is there",
              output.root(), e.getCause() == null ? e : e.getCause().getMessage()),
          e);
    } finally {
      tidy(output);
    }
  }

  /** Staging goes, unless the next run finds finished work in it; the run's own failure counts. */
  private static void tidy(OutputDirectory output) {
    try {
      if (!Leftovers.isLeft(output)) {
        output.deleteStaging();
        output.deleteIfEmpty();
      }
    } catch (IOException | RuntimeException | FSError e) {
      LOG.warn("{} stays: {}", output.staging(output.runId()), e.toString());
    }
  }

  private SegmentOutcome run(OutputDirectory output, Model model, RunLock lock) throws IOException {
    RunRecord.Key key = RunRecord.Key.of(model, settings);
    ObjectNode record =
        RunRecord.begun(
            output.runId(), request, settings, model, key, Versions.all(spark), started);

    output.writeText(record(output, RunRecord.STARTED), RunRecord.text(record));
    TableWriter writer = new TableWriter(settings.tables());
    new Leftovers(spark, output, lock, writer, settings.commitInterval()).publish();

    Jobs.describe(spark, "list images");
    double before = seconds();
    ImageRows images = request.images(spark, settings.input(), files);
    long found = images.count();
    boolean listed = request.filesFrom().isEmpty() && !images.stored();
    double listSeconds = listed ? seconds() - before : 0;
    DoneRows doneRows = new DoneRows(spark, output, key, settings.redo());
    WorkList list =
        WorkList.write(spark, doneRows.leftToDo(images), output.staged("todo"), settings.shards());
    long toDo = list.summary().images();
    LOG.info("{} images, {} of them done already{}", found, found - toDo, images.leftOut());
    double workListSeconds = seconds();

    Committer commits = commits(output, lock, writer, model);
    StageClock clock = new StageClock();
    if (toDo > 0 || !doneRows.any()) {
      LabelContext context =
          new LabelContext(
              SharedModel.of(spark, model),
              files,
              settings.redo(),
              settings.tables().maskCodec(),
              key,
              output.runId());
      clock = label(list, images, context, doneRows, output, commits);
      RowCounts out = commits.tally();
      if (out.images() != toDo) {
        throw new IllegalStateException(
            String.format(
                "%d images went in, but %d masks, %d errors, %d unchanged, %d moved and %d kept came out",
                toDo, out.masks(), out.errors(), out.unchanged(), out.moved(), out.kept()));
      }
    }
    if (settings.redo().forgetMissing()) {
      Path place = output.staged(StagedShards.job(list.summary().shards()));
      Dataset<Row> gone = new ForgetMissing(files).among(doneRows.others(images));
      commits.during(() -> write(gone, place));
    }
    fillEmptyTables(output, model);
    RowCounts tally = commits.tally();
    StageReport report =
        StageReport.of(
            new StageReport.DriverSeconds(seconds(), listSeconds, workListSeconds), found, clock);
    boolean tooManyBad = tally.errors() + tally.kept() > settings.maxBadFraction() * found;
    SegmentOutcome outcome =
        new SegmentOutcome(
            output.runId(),
            found,
            tally.masks(),
            tally.errors(),
            found - toDo + tally.unchanged() + tally.moved(),
            tally.kept(),
            tally.forgotten(),
            images.leftOut(),
            report.driver().run(),
            tooManyBad,
            report.verdict());
    output.writeText(
        record(output, RunRecord.ENDED), RunRecord.text(RunRecord.ended(record, outcome, report)));
    output.delete(record(output, RunRecord.STARTED));
    output.writeText(OutputDirectory.SUCCESS, "");
    return outcome;
  }

  private double seconds() {
    return (System.currentTimeMillis() - started.toEpochMilli()) * 1e-3;
  }

  private static String record(OutputDirectory output, String ending) {
    return "_runs/" + output.runId() + ending;
  }

  private Committer commits(OutputDirectory output, RunLock lock, TableWriter writer, Model model)
      throws IOException {
    CommitTarget target =
        new CommitTarget("run_date=" + request.runDate(), MaskTable.metadata(model));
    target.write(output.fileSystem(), output.staging(output.runId()));
    Commit commit = new Commit(spark, output, lock, writer, target);
    return Committer.of(spark, output, lock, commit, settings.commitInterval());
  }

  /** The one pass over the images; what is finished is committed while it goes on. */
  private StageClock label(
      WorkList list,
      ImageRows images,
      LabelContext context,
      DoneRows doneRows,
      OutputDirectory output,
      Committer commits)
      throws IOException {
    WorkList.Summary summary = list.summary();
    Optional<Dataset<Row>> stored = images.stored() ? Optional.of(images.rows()) : Optional.empty();
    ImagePass.Notes notes =
        new ImagePass.Notes(output.staged("journals"), doneRows.executorsLost());
    String description = "label " + summary.images() + " images";
    spark.sparkContext().setJobGroup(output.runId(), description, false);
    try (ImagePass pass =
        ImagePass.begin(spark, settings.pass(), files, images.stored(), notes, summary.images())) {
      for (int from = 0; from < summary.shards(); from += MOST_SHARDS_AT_ONCE) {
        int to = Math.min(summary.shards(), from + MOST_SHARDS_AT_ONCE);
        Dataset<Row> staged = pass.over(list.shards(from, to, stored), context, StagedRow.SCHEMA);
        Path place = output.staged(StagedShards.job(from));
        commits.during(() -> write(staged, place));
      }
      return pass.clock();
    } finally {
      spark.sparkContext().clearJobGroup();
    }
  }

  /** Every task's file is in its place when the task ends, not when the job does. */
  private static void write(Dataset<Row> staged, Path place) {
    staged
        .write()
        .option("compression", "uncompressed")
        .option("mapreduce.fileoutputcommitter.algorithm.version", "2")
        .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
        .parquet(place.toString());
  }

  /** A table without rows gets one empty file, so that it can be read at all. */
  private void fillEmptyTables(OutputDirectory output, Model model) throws IOException {
    TableWriter writer = new TableWriter(settings.tables());
    String partition = "/run_date=" + request.runDate();
    if (!output.hasRows("masks")) {
      Dataset<Row> none = spark.createDataFrame(List.of(), MaskRow.SCHEMA);
      writer.masks(none, MaskTable.metadata(model), 0, output.staged("masks"));
      output.publish("masks", "masks" + partition);
    }
    if (!output.hasRows("errors")) {
      writer.errors(spark.createDataFrame(List.of(), ErrorRow.SCHEMA), output.staged("errors"));
      output.publish("errors", "errors" + partition);
    }
  }
}
