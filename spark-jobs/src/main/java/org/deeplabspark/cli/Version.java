package org.deeplabspark.cli;

import org.apache.spark.package$;
import picocli.CommandLine.IVersionProvider;

/** What {@code deeplab --version} prints. */
final class Version implements IVersionProvider {

  /**
   * This application's version as its jar states it; "unpackaged" where it runs from class files.
   */
  static String application() {
    String stated = Version.class.getPackage().getImplementationVersion();
    return stated == null ? "unpackaged" : stated;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "deeplab-spark " + application(),
      "Spark " + package$.MODULE$.SPARK_VERSION(),
      "JVM " + System.getProperty("java.vm.name") + " " + Runtime.version()
    };
  }
}
