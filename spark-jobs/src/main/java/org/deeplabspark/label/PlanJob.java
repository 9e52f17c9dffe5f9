package org.deeplabspark.label;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.io.ModelFiles;
import org.deeplabspark.io.OutputDirectory;
import org.deeplabspark.io.RunIds;
import org.deeplabspark.model.Model;
import org.deeplabspark.pass.DeviceProbe;
import org.deeplabspark.pass.GpuCheck;
import org.deeplabspark.pass.Jobs;
import org.deeplabspark.pass.PipelineSettings;
import org.deeplabspark.pass.TaskThreads;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.source.InputFilter;

/** {@code plan}: looks at everything that {@code segment} would look at, and writes nothing. */
public final class PlanJob {

  private final SparkSession spark;
  private final Settings settings;
  private final SegmentRequest request;

  /** Prepares a job; nothing is read before {@link #run}. */
  public PlanJob(SparkSession spark, Settings settings, SegmentRequest request) {
    this.spark = Jobs.session(spark);
    this.settings = settings;
    this.request = request;
  }

  /**
   * Looks.
   *
   * @throws org.deeplabspark.settings.UsageException if settings, model, input or output are wrong
   */
  public Plan run() throws IOException {
    SegmentJob.check(settings);
    Configuration hadoop = spark.sessionState().newHadoopConf();
    OutputDirectory output = OutputDirectory.open(hadoop, request.output(), RunIds.next());
    Model model = ModelFiles.read(hadoop, request.model(), request.modelCard());
    SegmentJob.tryOut(spark, settings, model);
    new GpuCheck(spark, settings).run(model);
    Jobs.describe(spark, "list images");
    ImageRows images =
        request.images(spark, InputFilter.of(settings), InputFiles.of(spark, settings));
    DoneRows done = new DoneRows(spark, output, RunRecord.Key.of(model, settings), settings);
    WorkList.Summary work = WorkList.summary(spark, done.leftToDo(images), settings);
    Jobs.describe(spark, "ask executors for their devices");
    int cpus = spark.sparkContext().conf().getInt("spark.task.cpus", 1);
    int cores = spark.sparkContext().conf().getInt("spark.executor.cores", coresOfAnExecutor());
    int workers = Math.max(1, cores / cpus) * TaskThreads.of(settings, cpus).workers();
    long most = (long) (1e6 * PipelineSettings.maxMegapixels(settings));
    long largest = Math.min(most, work.greatest());
    return new Plan(
        all(settings),
        images.count(),
        work.images(),
        work.replaced(),
        work.shards(),
        spark.sparkContext().defaultParallelism(),
        largest,
        workers,
        MemoryPlan.of(model, settings, largest, workers),
        heap(),
        DeviceProbe.ask(spark, settings, model),
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

  private static SortedMap<String, String> all(Settings settings) throws IOException {
    JsonNode json = new ObjectMapper().readTree(settings.toJson());
    SortedMap<String, String> all = new TreeMap<>();
    for (String key : settings.keys()) {
      all.put(key, json.at("/" + key.replace('.', '/')).asText());
    }
    return all;
  }
}
