package org.deeplabspark.pass;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.model.Model;
import org.deeplabspark.settings.PassSettings;

/**
 * Asks tasks where they would run a network and its CRF: each opens them as one that labels images
 * would.
 */
public final class DeviceProbe {

  /** Tasks wait this long, so that one executor does not answer for all. */
  private static final long LINGER_MILLIS = 300;

  private DeviceProbe() {}

  /**
   * Runs a task for every core.
   *
   * @return sentences, one for each executor and device, sorted
   */
  public static List<String> ask(SparkSession spark, PassSettings settings, Model model) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    SharedModel shared = SharedModel.of(spark, model);
    int tasks = context.defaultParallelism();
    return context
        .parallelize(java.util.Collections.nCopies(tasks, 0), tasks)
        .map(nothing -> answer(shared, settings))
        .distinct()
        .collect()
        .stream()
        .sorted()
        .toList();
  }

  private static String answer(SharedModel model, PassSettings settings)
      throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(LINGER_MILLIS);
    TaskResources resources = TaskResources.ofThisTask(settings);
    String gpu = resources.device().gpu();
    String where =
        "executor "
            + SparkEnv.get().executorId()
            + " on "
            + SparkEnv.get().blockManager().blockManagerId().host()
            + (gpu.isEmpty() ? "" : ", GPU " + gpu + " assigned")
            + ": ";
    try {
      String network = resources.engine(model).device();
      String crf = resources.describeCrf(model);
      return where + network + (crf.isEmpty() ? "" : ", CRF on " + crf);
    } catch (IllegalArgumentException e) {
      return where + "none, " + e.getMessage();
    }
  }
}
