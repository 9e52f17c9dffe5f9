package org.deeplabspark.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.UsageException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that every command with settings has. */
final class SettingsOptions {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings file (HOCON) laid over the defaults of conf/reference.conf.")
  private Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      mapFallbackValue = Option.NULL_VALUE,
      description = "One setting, for example --set crf.iterations=5. Wins over every other place.")
  private Map<String, String> set = new LinkedHashMap<>();

  @SuppressWarnings("UnusedVariable")
  @Mixin
  private VerboseOption verbose;

  /** Defaults, the {@code --config} file and {@code --conf spark.deeplab.*}, in rising order. */
  Settings base() {
    Settings settings = Settings.reference();
    return withSpark(config == null ? settings : settings.withFile(config));
  }

  /** What a command without these options goes by. */
  static Settings defaults() {
    return withSpark(Settings.reference());
  }

  private static Settings withSpark(Settings settings) {
    Map<String, String> spark = new LinkedHashMap<>();
    for (scala.Tuple2<String, String> property : new SparkConf().getAll()) {
      spark.put(property._1(), property._2());
    }
    return settings.withSparkProperties(spark);
  }

  /** The {@code --set} values over settings that hold the command's own options already. */
  Settings over(Settings settings) {
    Settings layered = settings;
    for (Map.Entry<String, String> entry : set.entrySet()) {
      if (entry.getValue() == null) {
        throw new UsageException("Invalid --set: must be KEY=VALUE, got " + entry.getKey());
      }
      layered = layered.with(entry.getKey(), entry.getValue(), "--set");
    }
    return layered;
  }
}
