package org.deeplabspark.dataset;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplabspark.model.StrictHocon;
import org.deeplabspark.settings.UsageException;

/**
 * Which class of the truth each predicted class stands for, by name.
 *
 * @param place for messages
 * @param targets truth's class by predicted class; an empty name: none, a pixel predicted so is
 *     wrong wherever it counts
 */
public record LabelMap(String place, Map<String, String> targets) {

  /** The shipped ones. */
  public static final List<String> NAMES = List.of("cityscapes-to-camvid");

  /**
   * Opens a map.
   *
   * @param place one of {@link #NAMES}, or a file written like those in {@code conf/label-maps}
   * @throws UsageException if there is none or it is not well written
   */
  public static LabelMap open(String place) {
    ConfigParseOptions strict = StrictHocon.options();
    if (!NAMES.contains(place) && !Files.isRegularFile(Path.of(place))) {
      throw new UsageException(
          String.format(
              "Invalid --label-map: must be one of %s or a file like those in conf/label-maps, got %s",
              String.join(", ", NAMES), place));
    }
    try {
      Config config =
          NAMES.contains(place)
              ? ConfigFactory.parseResources(
                  LabelMap.class.getClassLoader(), "conf/label-maps/" + place + ".conf", strict)
              : ConfigFactory.parseFile(Path.of(place).toFile(), strict);
      Map<String, String> targets = new LinkedHashMap<>();
      config
          .getObject("classes")
          .forEach((from, to) -> targets.put(from, String.valueOf(to.unwrapped())));
      return new LabelMap(place, targets);
    } catch (ConfigException e) {
      throw new UsageException(
          "Invalid --label-map " + place + ": " + e.getMessage().replaceAll("\\s+", " "), e);
    }
  }

  /**
   * The truth's class numbers by predicted class number; {@link IdLookup#UNMATCHED} for none.
   *
   * @throws UsageException if a predicted class does not stand in the map or a target is no class
   *     of the truth
   */
  public List<Integer> resolve(List<String> predicted, List<String> truth) {
    List<Integer> numbers = new ArrayList<>();
    for (String name : predicted) {
      String target = targets.get(name);
      if (target == null) {
        throw new UsageException(
            String.format(
                "Invalid --label-map %s: predicted class %s does not stand there; give it a class or \"\"",
                place, name));
      }
      int number = truth.indexOf(target);
      if (number < 0 && !target.isEmpty()) {
        throw new UsageException(
            String.format(
                "Invalid --label-map %s: %s stands for %s, the truth has %s",
                place, name, target, String.join(", ", truth)));
      }
      numbers.add(number < 0 ? IdLookup.UNMATCHED : number);
    }
    return numbers;
  }
}
