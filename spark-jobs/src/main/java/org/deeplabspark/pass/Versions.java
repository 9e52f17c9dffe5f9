package org.deeplabspark.pass;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** What a run ran on. */
public final class Versions {

  private Versions() {}

  /** Versions of this application, Spark and Java, the platform and the master. */
  public static Map<String, String> all(SparkSession spark) {
    String application = Versions.class.getPackage().getImplementationVersion();
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("deeplab-spark", application == null ? "unpackaged" : application);
    versions.put("spark", spark.version());
    versions.put("java", Runtime.version().toString());
    versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    versions.put("master", spark.sparkContext().master());
    return versions;
  }
}
