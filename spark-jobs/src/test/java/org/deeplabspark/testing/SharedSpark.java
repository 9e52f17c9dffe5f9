package org.deeplabspark.testing;

import org.apache.spark.sql.SparkSession;

/** One embedded Spark for all test classes of a JVM; starting one takes seconds. */
public final class SharedSpark {

  private SharedSpark() {}

  /** The session: two cores, no pages. */
  public static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("tests")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "4")
        // Compiling their queries takes longer than running them on a few rows.
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .getOrCreate();
  }
}
