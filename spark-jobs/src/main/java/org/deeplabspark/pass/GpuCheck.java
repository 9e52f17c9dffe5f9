package org.deeplabspark.pass;

import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.engine.onnx.OnnxEngine;
import org.deeplabspark.model.Model;
import org.deeplabspark.settings.PassSettings;
import org.deeplabspark.settings.UsageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a run which wants GPUs has them before it starts. That an executor comes at all
 * is {@link FirstExecutor}'s.
 */
public final class GpuCheck {

  private static final Logger LOG = LoggerFactory.getLogger(GpuCheck.class);

  private static final String TASK_AMOUNT = "spark.task.resource.gpu.amount";
  private static final String EXECUTOR_AMOUNT = "spark.executor.resource.gpu.amount";

  private final SparkSession spark;
  private final SparkConf conf;
  private final PassSettings settings;

  public GpuCheck(SparkSession spark, PassSettings settings) {
    this.spark = spark;
    this.conf = spark.sparkContext().getConf();
    this.settings = settings;
  }

  /**
   * Opens the network and the CRF's device on an executor, where GPUs are wanted for the network
   * and executors are processes of their own, or one is required for the CRF; does nothing
   * otherwise.
   *
   * @throws UsageException if a GPU is asked for and not to be had
   */
  public void run(Model model) {
    String device = settings.engine().device();
    boolean cuda = device.startsWith("cuda");
    boolean scheduled = conf.contains(TASK_AMOUNT) || conf.contains(EXECUTOR_AMOUNT);
    boolean forNetwork = !spark.sparkContext().isLocal() && (cuda || scheduled);
    if (forNetwork) {
      requireCuda(device, scheduled);
    }
    boolean forCrf = settings.crf() != null && settings.crfDevice().isRequired();
    if (forNetwork || forCrf) {
      OpenEngine.Opened opened = open(model);
      if (!opened.problem().isEmpty()) {
        throw new UsageException(opened.problem());
      }
      LOG.info(
          "Executors run the network on {}{}",
          opened.device(),
          opened.crfDevice().isEmpty() ? "" : ", the CRF on " + opened.crfDevice());
    }
  }

  private void requireCuda(String device, boolean scheduled) {
    if (device.equals("cuda") && !scheduled) {
      throw new UsageException(
          "Invalid device cuda: Spark is not told to schedule GPUs; give it --properties-file"
              + " conf/spark-gpu.conf, or name a device that every executor has, as cuda:0");
    }
    if (device.startsWith("cuda")
        && !OnnxEngine.hasCuda()
        && !conf.contains("spark.executor.extraClassPath")) {
      throw new UsageException(
          "Invalid device "
              + device
              + ": this application has no CUDA runtime; build it with -Pgpu");
    }
  }

  private OpenEngine.Opened open(Model model) {
    Jobs.describe(spark, "open the network on an executor");
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return context
        .parallelize(List.of(0), 1)
        .map(new OpenEngine(SharedModel.of(spark, model), settings))
        .collect()
        .get(0);
  }
}
