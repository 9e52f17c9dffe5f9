package org.deeplabspark.label;

import java.io.IOException;
import java.util.SortedMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.io.ModelFiles;
import org.deeplabspark.io.OutputDirectory;
import org.deeplabspark.io.RunIds;
import org.deeplabspark.model.Model;
import org.deeplabspark.pass.DeviceProbe;
import org.deeplabspark.pass.Engines;
import org.deeplabspark.pass.GpuCheck;
import org.deeplabspark.pass.Jobs;
import org.deeplabspark.pass.TaskThreads;
import org.deeplabspark.settings.LabelSettings;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.source.InputFiles;

/** {@code plan}: looks at everything that {@code segment} would look at, and writes nothing. */
public final class PlanJob {

  private final SparkSession spark;
  private final LabelSettings settings;
  private final SortedMap<String, String> values;
  private final SegmentRequest request;

  /**
   * Prepares a job; nothing is read before {@link #run}.
   *
   * @param values of all settings, to be told
   */
  public PlanJob(
      SparkSession spark,
      LabelSettings settings,
      SortedMap<String, String> values,
      SegmentRequest request) {
    this.spark = Jobs.session(spark);
    this.settings = settings;
    this.values = values;
    this.request = request;
  }

  /**
   * Looks.
   *
   * @throws org.deeplabspark.settings.UsageException if settings, model, input or output are wrong
   */
  public Plan run() throws IOException {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    OutputDirectory output =
        OutputDirectory.open(
            hadoop, request.output(), RunIds.next(), OutputDirectory.Owner.SEGMENT);
    Model model = ModelFiles.read(hadoop, request.model(), request.modelCard());
    Engines.tryOut(spark, settings.pass().engine(), model);
    new GpuCheck(spark, settings.pass()).run(model);
    Jobs.describe(spark, "list images");
    ImageRows images =
        request.images(spark, settings.input(), InputFiles.of(spark, settings.pass().limits()));
    DoneRows done = new DoneRows(spark, output, RunRecord.Key.of(model, settings), settings.redo());
    WorkList.Summary work = WorkList.summary(spark, done.leftToDo(images), settings.shards());
    Jobs.describe(spark, "ask executors for their devices");
    int cpus = spark.sparkContext().conf().getInt("spark.task.cpus", 1);
    int cores = spark.sparkContext().conf().getInt("spark.executor.cores", coresOfAnExecutor());
    int workers = Math.max(1, cores / cpus) * TaskThreads.of(settings.pass(), cpus).workers();
    long most = (long) (1e6 * settings.pass().segment().maxMegapixels());
    long largest = Math.min(most, work.greatest());
    return new Plan(
        values,
        images.count(),
        work.images(),
        work.replaced(),
        work.shards(),
        spark.sparkContext().defaultParallelism(),
        largest,
        workers,
        MemoryPlan.of(model, settings.pass(), largest, workers),
        heap(),
        DeviceProbe.ask(spark, settings.pass(), model),
        images.leftOut());
  }

  private int coresOfAnExecutor() {
    // The driver is among those that have storage; embedded, it is the only one.
    int executors = Math.max(1, spark.sparkContext().getExecutorMemoryStatus().size() - 1);
    return Math.max(1, spark.sparkContext().defaultParallelism() / executors);
  }

  private String heap() {
    return spark.sparkContext().isLocal()
        ? (Runtime.getRuntime().maxMemory() >> 20) + "m"
        : spark.sparkContext().conf().get("spark.executor.memory", "1g");
  }
}
