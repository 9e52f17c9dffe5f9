package org.deeplabspark.job;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.engine.OnnxEngine;
import org.deeplabspark.executor.OpenEngine;
import org.deeplabspark.model.Model;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.UsageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a run which wants GPUs has them before it starts: Spark itself waits for ever,
 * and without a word, for resources that no worker has.
 */
final class GpuCheck {

  private static final Logger LOG = LoggerFactory.getLogger(GpuCheck.class);

  private static final String DEVICE = "engine.device";
  private static final String WAIT = "engine.gpu-wait-seconds";
  private static final String TASK_AMOUNT = "spark.task.resource.gpu.amount";
  private static final String EXECUTOR_AMOUNT = "spark.executor.resource.gpu.amount";
  private static final long LOOK_MILLIS = 200;

  private final SparkSession spark;
  private final SparkConf conf;
  private final Settings settings;

  GpuCheck(SparkSession spark, Settings settings) {
    this.spark = spark;
    this.conf = spark.sparkContext().getConf();
    this.settings = settings;
  }

  /** Seconds that a run waits for its first executor. */
  static int waitSeconds(Settings settings) {
    return settings.integer(WAIT, 1, 1_000_000);
  }

  /**
   * Opens the network on an executor, where GPUs are wanted and executors are processes of their
   * own; does nothing otherwise.
   *
   * @throws UsageException if CUDA is asked for and not to be had, or no executor comes
   */
  void run(Model model) throws IOException {
    String device = settings.text(DEVICE);
    boolean cuda = device.startsWith("cuda");
    boolean scheduled = conf.contains(TASK_AMOUNT) || conf.contains(EXECUTOR_AMOUNT);
    if (spark.sparkContext().isLocal() || !(cuda || scheduled)) {
      return;
    }
    if (device.equals("cuda") && !scheduled) {
      throw new UsageException(
          "Invalid device cuda: Spark is not told to schedule GPUs; give it --properties-file"
              + " conf/spark-gpu.conf, or name a device that every executor has, as cuda:0");
    }
    if (cuda && !OnnxEngine.hasCuda() && !conf.contains("spark.executor.extraClassPath")) {
      throw new UsageException(
          "Invalid device "
              + device
              + ": this application has no CUDA runtime; build it with -Pgpu");
    }
    OpenEngine.Opened opened = await(model);
    if (!opened.problem().isEmpty()) {
      throw new UsageException(opened.problem());
    }
    LOG.info("Executors run the network on {}", opened.device());
  }

  private OpenEngine.Opened await(Model model) throws IOException {
    Jobs.describe(spark, "open the network on an executor");
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JavaFutureAction<List<OpenEngine.Opened>> first =
        context
            .parallelize(List.of(0), 1)
            .map(new OpenEngine(model.card(), context.broadcast(model.weights()), settings))
            .collectAsync();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(waitSeconds(settings));
    try {
      while (true) {
        try {
          return first.get(LOOK_MILLIS, TimeUnit.MILLISECONDS).get(0);
        } catch (TimeoutException e) {
          if (!anyExecutor() && System.nanoTime() > end) {
            first.cancel(true);
            throw new UsageException(noExecutor(), e);
          }
        }
      }
    } catch (ExecutionException e) {
      throw new IOException("No executor could open the network: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while an executor opened the network", e);
    }
  }

  /** The first is the driver. */
  private boolean anyExecutor() {
    return spark.sparkContext().statusTracker().getExecutorInfos().length > 1;
  }

  private String noExecutor() {
    return String.format(
        "No executor came within %d s: no worker of %s has %s free GPU(s) and %s cores to offer;"
            + " look at spark.worker.resource.gpu.* of the workers, wait longer (%s), or leave the GPUs"
            + " out (--device cpu without conf/spark-gpu.conf)",
        waitSeconds(settings),
        spark.sparkContext().master(),
        conf.get(EXECUTOR_AMOUNT, "any"),
        conf.get("spark.executor.cores", "all its"),
        WAIT);
  }
}
