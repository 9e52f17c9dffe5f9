package org.deeplabspark.pass;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.settings.ClusterWaits;
import org.deeplabspark.settings.UsageException;

/**
 * Sees to it that a cluster gives an executor before a command begins: Spark itself waits for ever
 * for cores, memory or GPUs that no worker has.
 */
public final class FirstExecutor {

  private static final String GPUS = "spark.executor.resource.gpu.amount";
  private static final long LOOK_MILLIS = 200;

  private FirstExecutor() {}

  /**
   * Waits for an executor; an embedded Spark has one already.
   *
   * @throws UsageException if none comes in time; says what was asked for and what there is
   */
  public static void await(SparkSession spark, ClusterWaits waits) {
    if (spark.sparkContext().isLocal()) {
      return;
    }
    SparkConf conf = spark.sparkContext().getConf();
    String key = conf.contains(GPUS) ? ClusterWaits.GPU_KEY : ClusterWaits.KEY;
    int seconds = conf.contains(GPUS) ? waits.gpuSeconds() : waits.seconds();
    Jobs.describe(spark, "wait for an executor");
    // A job, since dynamic allocation asks for executors only where there is something to do.
    JavaFutureAction<List<Integer>> first =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(List.of(0), 1)
            .collectAsync();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    try {
      while (!isDone(first)) {
        if (!anyExecutor(spark) && System.nanoTime() > end) {
          first.cancel(true);
          throw new UsageException(nobody(spark, conf, seconds, key));
        }
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("No executor could work: " + e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for an executor", e);
    }
  }

  private static boolean isDone(JavaFutureAction<?> job)
      throws ExecutionException, InterruptedException {
    try {
      job.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  /** The first is the driver. */
  private static boolean anyExecutor(SparkSession spark) {
    return spark.sparkContext().statusTracker().getExecutorInfos().length > 1;
  }

  private static String nobody(SparkSession spark, SparkConf conf, int seconds, String key) {
    String gpus = conf.contains(GPUS) ? ", " + conf.get(GPUS) + " GPU(s)" : "";
    String master = spark.sparkContext().master();
    return String.format(
        "No executor came within %d s: no worker of %s gives %s core(s)%s and %s of memory%s;"
            + " ask for less (--executor-cores, --executor-memory%s) or wait longer (%s)",
        seconds,
        master,
        conf.get("spark.executor.cores", "its"),
        gpus,
        conf.get("spark.executor.memory", "1g"),
        StandaloneWorkers.sentence(master),
        gpus.isEmpty() ? "" : ", no conf/spark-gpu.conf",
        key);
  }
}
