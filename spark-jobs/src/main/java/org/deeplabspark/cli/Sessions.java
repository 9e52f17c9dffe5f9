package org.deeplabspark.cli;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Spark sessions for commands. */
final class Sessions {

  private Sessions() {}

  /**
   * A session on the master that spark-submit was given; else embedded, on all cores of this
   * machine.
   *
   * @param name of the application, as Spark's pages show it
   */
  static SparkSession open(String name) {
    SparkConf conf = new SparkConf();
    if (!conf.contains("spark.master")) {
      conf.setMaster("local[*]");
      // Nobody looks at the pages of an embedded run, and they cost start-up time and a port.
      conf.setIfMissing("spark.ui.enabled", "false");
      conf.setIfMissing("spark.driver.host", "127.0.0.1");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
    }
    conf.setIfMissing("spark.app.name", name);
    // Commands print a progress line of their own.
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    return SparkSession.builder().config(conf).getOrCreate();
  }
}
