package org.deeplabspark.job;

import org.apache.spark.sql.SparkSession;

/** How our jobs use Spark. */
final class Jobs {

  private Jobs() {}

  /**
   * A session of a job's own over the caller's context: what it sets does not reach the caller.
   * Timestamps are written so that readers other than Spark understand them.
   */
  static SparkSession session(SparkSession caller) {
    SparkSession session = caller.newSession();
    session.conf().set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS");
    return session;
  }

  /** Describes the Spark jobs that this thread starts from here on, for Spark's pages. */
  static void describe(SparkSession spark, String description) {
    spark.sparkContext().setJobDescription(description);
  }
}
