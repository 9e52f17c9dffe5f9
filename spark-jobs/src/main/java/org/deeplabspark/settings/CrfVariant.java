package org.deeplabspark.settings;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.deeplabspark.crf.CrfSettings;

/**
 * The CRF of some settings, as {@code sweep-crf} varies it. Immutable.
 *
 * @see #with(Map)
 */
public final class CrfVariant {

  private static final List<String> WEIGHTS =
      List.of(
          "crf.gaussian.weight",
          "crf.gaussian.xy-std",
          "crf.bilateral.weight",
          "crf.bilateral.xy-std",
          "crf.bilateral.rgb-std",
          "crf.retire-below");

  private final Settings settings;
  private final Optional<CrfSettings> crf;
  private final String digest;

  private CrfVariant(Settings settings) {
    this.settings = settings;
    PassSettings pass = PassSettings.of(settings);
    this.crf = pass.segment().crf();
    this.digest = SettingsDigest.of(pass, settings.text("segment.mask-codec"));
  }

  /**
   * The CRF as it is set.
   *
   * @throws UsageException if it is off, or a setting is out of its range
   */
  public static CrfVariant of(Settings settings) {
    if (!settings.flag("crf.enabled")) {
      throw new UsageException(
          "Invalid crf.enabled: sweep-crf compares settings of the CRF, leave it on; no CRF is always among them");
    }
    return new CrfVariant(settings);
  }

  /** Keys that may be varied. */
  public static SortedSet<String> keys() {
    SortedSet<String> keys = new TreeSet<>(WEIGHTS);
    keys.addAll(List.of("crf.iterations", "crf.normalization"));
    return keys;
  }

  /** Whether a key's values are whole numbers. */
  public static boolean isWhole(String key) {
    return key.equals("crf.iterations");
  }

  /** No CRF: the network's own labels. */
  public CrfVariant off() {
    return new CrfVariant(settings.with("crf.enabled", "false", "sweep-crf"));
  }

  /**
   * The same with some values in the place of those that are.
   *
   * @param values by key
   * @throws UsageException if one is out of its range
   */
  public CrfVariant with(Map<String, String> values) {
    Settings layered = settings;
    for (Map.Entry<String, String> value : values.entrySet()) {
      layered = layered.with(value.getKey(), value.getValue(), "--grid");
    }
    return new CrfVariant(layered);
  }

  /** The CRF; nothing for the network's own labels. */
  public Optional<CrfSettings> crf() {
    return crf;
  }

  /** What its masks depend on: equal for variants that give equal masks. */
  public String digest() {
    return digest;
  }

  /** A value as it was written. */
  public String text(String key) {
    return settings.text(key);
  }

  /** For tables that people read: all that masks depend on, in few words. */
  public String words() {
    if (crf.isEmpty()) {
      return "no CRF";
    }
    return String.format(
        "bilateral %s/%s/%s, gaussian %s/%s, %s iterations, %s",
        text("crf.bilateral.weight"),
        text("crf.bilateral.xy-std"),
        text("crf.bilateral.rgb-std"),
        text("crf.gaussian.weight"),
        text("crf.gaussian.xy-std"),
        text("crf.iterations"),
        text("crf.normalization"));
  }

  /** Its numbers in the order of the columns that {@code settings} has for them. */
  public List<Double> numbers() {
    return WEIGHTS.stream().map(key -> settings.number(key, 0, Double.MAX_VALUE)).toList();
  }

  /** A config file that makes these settings, for {@code segment --config}. */
  public String config() {
    if (crf.isEmpty()) {
      return "crf.enabled = false\n";
    }
    StringBuilder text = new StringBuilder("crf.enabled = true\n");
    line(text, "crf.iterations");
    line(text, "crf.normalization");
    WEIGHTS.forEach(key -> line(text, key));
    return text.toString();
  }

  private void line(StringBuilder text, String key) {
    text.append(key).append(" = ").append(text(key)).append('\n');
  }
}
