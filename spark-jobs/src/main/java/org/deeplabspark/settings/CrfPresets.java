package org.deeplabspark.settings;

import com.typesafe.config.Config;
import java.util.SortedSet;
import java.util.TreeSet;

/** Named CRF parameters, {@code conf/crf-presets.conf}. */
public final class CrfPresets {

  /** What {@code --crf} takes beside the presets' names: no CRF at all. */
  public static final String OFF = "off";

  private CrfPresets() {}

  /** Names of the presets, sorted. */
  public static SortedSet<String> names() {
    return new TreeSet<>(Settings.resource("conf/crf-presets.conf").root().keySet());
  }

  /**
   * Lays a preset over settings and switches the CRF on; {@link #OFF} switches it off.
   *
   * @throws UsageException for a name that is neither, listing those that are
   */
  public static Settings apply(String name, Settings settings) {
    if (name.equals(OFF)) {
      return settings.with("crf.enabled", "false", "--crf");
    }
    Config presets = Settings.resource("conf/crf-presets.conf");
    if (!presets.root().containsKey(name)) {
      throw new UsageException(
          String.format(
              "Invalid --crf: must be %s or one of %s, got %s",
              OFF, String.join(", ", names()), name));
    }
    Config preset = presets.getConfig('"' + name + '"');
    return settings.with(preset).with("crf.enabled", "true", "--crf");
  }
}
