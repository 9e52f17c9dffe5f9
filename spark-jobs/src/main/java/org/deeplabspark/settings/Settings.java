package org.deeplabspark.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.deeplabspark.model.StrictHocon;

/**
 * The settings of a run: {@code conf/reference.conf} and whatever was laid over it. Immutable; each
 * {@code with} returns new settings in which the added layer wins. A layer that holds an unknown
 * key or a value of another type than the default's is refused with a {@link UsageException} that
 * names the key and where it was set.
 *
 * <p>Serializable, so that executors build from it what cannot travel.
 */
public final class Settings implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Spark properties with this prefix are settings. */
  public static final String SPARK_PREFIX = "spark.deeplab.";

  private final Config config;
  private final Config reference;

  private Settings(Config config, Config reference) {
    this.config = config;
    this.reference = reference;
  }

  /** The defaults: {@code conf/reference.conf} of this application. */
  public static Settings reference() {
    Config reference = resource("conf/reference.conf");
    return new Settings(reference, reference);
  }

  /** Parses a HOCON file that this application ships. */
  static Config resource(String name) {
    return ConfigFactory.parseResources(
            Settings.class.getClassLoader(), name, StrictHocon.options())
        .resolve();
  }

  /**
   * Lays a HOCON file over these settings; {@code include} is refused.
   *
   * @throws UsageException if there is no such file, it does not parse, or holds what is not a
   *     setting
   */
  public Settings withFile(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UsageException("Invalid --config: no file " + file);
    }
    try {
      return with(
          ConfigFactory.parseFile(file.toFile(), StrictHocon.options()).resolveWith(config));
    } catch (ConfigException e) {
      throw new UsageException("Invalid --config " + file + ": " + oneLine(e), e);
    }
  }

  /**
   * Lays those Spark properties over these settings whose name begins with {@link #SPARK_PREFIX}.
   */
  public Settings withSparkProperties(Map<String, String> properties) {
    Settings layered = this;
    for (Map.Entry<String, String> property : properties.entrySet()) {
      if (property.getKey().startsWith(SPARK_PREFIX)) {
        String key = property.getKey().substring(SPARK_PREFIX.length());
        layered = layered.with(key, property.getValue(), "--conf " + property.getKey());
      }
    }
    return layered;
  }

  /**
   * Lays one value over these settings.
   *
   * @param key for example {@code crf.iterations}
   * @param value as text; numbers and booleans are read from it
   * @param where what set it, for messages: {@code --set}, {@code --partitions}
   */
  public Settings with(String key, String value, String where) {
    ConfigValue text =
        ConfigValueFactory.fromAnyRef(value).withOrigin(ConfigOriginFactory.newSimple(where));
    Config layer;
    try {
      layer = text.atPath(key);
    } catch (ConfigException e) {
      throw new UsageException(
          "Invalid key in " + where + ": \"" + key + "\" is not a setting's name", e);
    }
    return with(layer);
  }

  /** Lays a parsed layer over these settings, for example a preset. */
  Settings with(Config layer) {
    check("", layer.root());
    return new Settings(layer.withFallback(config), reference);
  }

  private void check(String prefix, ConfigObject object) {
    object.forEach(
        (name, value) -> {
          String key = prefix + ConfigUtil.joinPath(name);
          boolean known = reference.hasPathOrNull(key);
          if (value instanceof ConfigObject nested && !nested.isEmpty()) {
            check(key + ".", nested);
          } else if (!known || isGroup(key)) {
            throw new UsageException(
                String.format(
                    "Invalid setting: unknown key %s (%s); %s",
                    key, where(value), new KnownKeys(keys()).advice(key)));
          } else if (!fits(value, reference.getValue(key).valueType())) {
            throw wrong(
                key,
                value,
                "a " + reference.getValue(key).valueType().name().toLowerCase(Locale.ROOT));
          }
        });
  }

  private boolean isGroup(String key) {
    return reference.getValue(key).valueType() == ConfigValueType.OBJECT;
  }

  private static boolean fits(ConfigValue value, ConfigValueType type) {
    try {
      Config probe = value.atKey("v");
      switch (type) {
        case NUMBER -> probe.getDouble("v");
        case BOOLEAN -> probe.getBoolean("v");
        default -> probe.getString("v");
      }
      return true;
    } catch (ConfigException e) {
      return false;
    }
  }

  /** All keys, sorted: the leaves of the reference. */
  public SortedSet<String> keys() {
    SortedSet<String> keys = new TreeSet<>();
    reference.entrySet().forEach(e -> keys.add(e.getKey()));
    return keys;
  }

  /** A truth value. */
  public boolean flag(String key) {
    return config.getBoolean(key);
  }

  /** Any text. */
  public String text(String key) {
    return config.getString(key);
  }

  /**
   * A whole number in [min, max].
   *
   * @throws UsageException naming the key, its origin and the range
   */
  public int integer(String key, int min, int max) {
    double value = config.getDouble(key);
    if (!(value >= min && value <= max) || value != Math.rint(value)) {
      throw wrong(key, config.getValue(key), "a whole number in " + min + ".." + max);
    }
    return (int) value;
  }

  /**
   * A finite number in [min, max].
   *
   * @throws UsageException naming the key, its origin and the range
   */
  public double number(String key, double min, double max) {
    double value = config.getDouble(key);
    if (!(value >= min && value <= max) || Double.isInfinite(value)) {
      String range =
          max == Double.MAX_VALUE
              ? "a number of at least " + min
              : "a number in " + min + ".." + max;
      throw wrong(key, config.getValue(key), range);
    }
    return value;
  }

  /**
   * One of a few words.
   *
   * @throws UsageException naming the key, its origin and the words
   */
  public String choice(String key, List<String> allowed) {
    String value = config.getString(key);
    if (!allowed.contains(value)) {
      throw wrong(key, config.getValue(key), "one of " + String.join(", ", allowed));
    }
    return value;
  }

  private static UsageException wrong(String key, ConfigValue value, String wanted) {
    return new UsageException(
        String.format(
            "Invalid %s (%s): must be %s, got %s",
            key, where(value), wanted, value.render(ConfigRenderOptions.concise())));
  }

  private static String where(ConfigValue value) {
    return "set by " + value.origin().description();
  }

  private static String oneLine(ConfigException e) {
    return String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ");
  }

  /** All values as texts, by key. */
  public SortedMap<String, String> values() {
    SortedMap<String, String> values = new TreeMap<>();
    keys().forEach(key -> values.put(key, config.getValue(key).unwrapped().toString()));
    return values;
  }

  /** The resolved settings as one JSON object, keys sorted. */
  public String toJson() {
    return config.root().render(ConfigRenderOptions.concise());
  }
}
