package org.deeplabspark.pass;

import org.apache.spark.sql.SparkSession;

/** How our jobs use Spark. */
public final class Jobs {

  private Jobs() {}

  /**
   * A session of a job's own over the caller's context: what it sets does not reach the caller.
   * Timestamps are written so that readers other than Spark understand them.
   */
  public static SparkSession session(SparkSession caller) {
    SparkSession session = caller.newSession();
    session.conf().set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS");
    // Spark's 200 are too many for two cores and too few for a thousand; a caller who set it knows
    // better.
    String partitions = "spark.sql.shuffle.partitions";
    if (!caller.sparkContext().conf().contains(partitions)) {
      session.conf().set(partitions, Math.max(4, 2 * caller.sparkContext().defaultParallelism()));
    }
    return session;
  }

  /** Describes the Spark jobs that this thread starts from here on, for Spark's pages. */
  public static void describe(SparkSession spark, String description) {
    spark.sparkContext().setJobDescription(description);
  }
}
