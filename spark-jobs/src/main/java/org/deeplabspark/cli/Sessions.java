package org.deeplabspark.cli;

import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.pass.FirstExecutor;
import org.deeplabspark.settings.ClusterWaits;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.UsageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Spark session of a command: on the master that spark-submit was given, else embedded on all
 * cores of this machine. A session that was there before is used and left open.
 */
final class Sessions implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

  private static final List<String> GPU_AMOUNTS =
      List.of("spark.task.resource.gpu.amount", "spark.executor.resource.gpu.amount");

  private final SparkSession spark;
  private final boolean own;

  private Sessions(SparkSession spark, boolean own) {
    this.spark = spark;
    this.own = own;
  }

  /**
   * Opens a session in which work can begin: on a cluster an executor is there.
   *
   * @param name of the application, as Spark's pages show it
   * @throws UsageException if an embedded Spark is told to schedule GPUs, for which it would wait
   *     for ever, or the cluster does not answer or has no executor to give
   */
  static Sessions open(String name, Settings settings) {
    ClusterWaits waits = ClusterWaits.of(settings);
    if (!"UTF-8".equals(System.getProperty("sun.jnu.encoding"))) {
      LOG.warn(
          "File names outside ASCII cannot be read in this locale; LC_ALL=C.UTF-8 is one that can");
    }
    SparkConf conf = new SparkConf();
    boolean own = SparkSession.getDefaultSession().isEmpty();
    if (!conf.contains("spark.master")) {
      conf.setMaster("local[*]");
      // Nobody looks at the pages of an embedded run, and they cost start-up time and a port.
      conf.setIfMissing("spark.ui.enabled", "false");
      conf.setIfMissing("spark.driver.host", "127.0.0.1");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
      // The progress line learns of running tasks from heartbeats.
      conf.setIfMissing("spark.executor.heartbeatInterval", "2s");
    }
    if (!conf.contains("spark.app.name")
        || conf.get("spark.app.name").equals(Deeplab.class.getName())) {
      conf.setAppName(name);
    }
    // Finished work is committed by Spark jobs that must not wait for the end of the one that
    // works.
    conf.setIfMissing("spark.scheduler.mode", "FAIR");
    if (conf.get("spark.master").matches("local(\\[.*)?")) {
      for (String key : GPU_AMOUNTS) {
        if (conf.contains(key)) {
          throw new UsageException(
              "Invalid "
                  + key
                  + ": an embedded Spark schedules no GPUs; leave it out and give --device cuda");
        }
      }
    }
    // An image that executors die of takes three tries of its task, and there may be two.
    conf.setIfMissing("spark.task.maxFailures", "8");
    // Commands print a progress line of their own.
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    String master = conf.get("spark.master");
    if (own) {
      Masters.await(master, waits.seconds());
    }
    SparkSession spark = null;
    try {
      spark = SparkSession.builder().config(conf).getOrCreate();
      FirstExecutor.await(spark, waits);
      return new Sessions(spark, own);
    } catch (UsageException e) {
      stop(spark, own);
      throw e;
    } catch (Exception e) { // also checked ones, which Scala does not declare
      boolean stopped = spark == null || spark.sparkContext().isStopped();
      stop(spark, own);
      if ((own && stopped) || !(e instanceof RuntimeException unchecked)) {
        throw Masters.refused(master, e);
      }
      throw unchecked;
    }
  }

  SparkSession spark() {
    return spark;
  }

  @Override
  public void close() {
    stop(spark, own);
  }

  private static void stop(SparkSession spark, boolean own) {
    if (own && spark != null) {
      spark.stop();
    }
  }
}
