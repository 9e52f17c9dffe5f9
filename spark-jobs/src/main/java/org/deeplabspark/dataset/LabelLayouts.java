package org.deeplabspark.dataset;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.deeplabspark.image.Palette;
import org.deeplabspark.model.ClassLabel;
import org.deeplabspark.model.StrictHocon;
import org.deeplabspark.settings.UsageException;

/** The layouts that {@code conf/datasets} describes, and those of a user's own files. */
public final class LabelLayouts {

  /** The shipped ones. */
  public static final List<String> NAMES =
      List.of("ade20k", "camvid", "cityscapes", "cityscapes-trainids", "coco-panoptic", "voc");

  private static final Set<String> KEYS =
      Set.of("name", "coding", "classes", "void", "suffix", "reduce-zero-label");

  private LabelLayouts() {}

  /**
   * Opens a layout.
   *
   * @param place one of {@link #NAMES}, or a file written like those in {@code conf/datasets}
   * @throws UsageException if there is none or it is not well written
   */
  public static LabelLayout open(String place) {
    ConfigParseOptions strict = StrictHocon.options();
    try {
      if (NAMES.contains(place)) {
        return parse(
            place,
            ConfigFactory.parseResources(
                LabelLayouts.class.getClassLoader(), "conf/datasets/" + place + ".conf", strict));
      }
      Path file = Path.of(place);
      if (!Files.isRegularFile(file)) {
        throw new UsageException(
            String.format(
                "Invalid --dataset: must be one of %s or a file like those in conf/datasets, got %s",
                String.join(", ", NAMES), place));
      }
      return parse(file.getFileName().toString(), ConfigFactory.parseFile(file.toFile(), strict));
    } catch (ConfigException | IllegalArgumentException e) {
      if (e instanceof UsageException) {
        throw e;
      }
      throw new UsageException(
          "Invalid --dataset "
              + place
              + ": "
              + String.valueOf(e.getMessage()).replaceAll("\\s+", " "),
          e);
    }
  }

  private static LabelLayout parse(String file, Config config) {
    Set<String> unknown = new TreeSet<>(config.root().keySet());
    unknown.removeAll(KEYS);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "unknown key " + unknown.iterator().next() + "; keys are " + new TreeSet<>(KEYS));
    }
    LabelCoding coding = coding(config.hasPath("coding") ? config.getString("coding") : "ids");
    boolean reduced = config.hasPath("reduce-zero-label") && config.getBoolean("reduce-zero-label");
    List<ClassLabel> classes = new ArrayList<>();
    List<Integer> ids = new ArrayList<>();
    for (Config one : config.getConfigList("classes")) {
      int place = classes.size();
      String color =
          one.hasPath("color")
              ? one.getString("color")
              : String.format("#%06x", Palette.voc().rgb(place));
      ids.add(one.hasPath("id") ? one.getInt("id") : place + (reduced ? 1 : 0));
      classes.add(new ClassLabel(one.getString("name"), color));
    }
    Set<Integer> voids = new HashSet<>();
    if (config.hasPath("void")) {
      config.getStringList("void").forEach(id -> voids.add(voidId(coding, id)));
    }
    if (reduced) {
      voids.add(0);
    }
    return new LabelLayout(
        config.hasPath("name") ? config.getString("name") : file,
        coding,
        classes,
        coding == LabelCoding.RGB ? List.of() : ids,
        voids,
        config.hasPath("suffix") ? config.getString("suffix") : "");
  }

  /** Void is an id, or a colour like #000000 where colours are classes. */
  private static int voidId(LabelCoding coding, String id) {
    if (coding == LabelCoding.RGB) {
      return Palette.of(List.of(id)).rgb(0);
    }
    int label = Integer.parseInt(id);
    if (label < 0 || label > 255) {
      throw new IllegalArgumentException("void ids must be 0..255, got " + id);
    }
    return label;
  }

  private static LabelCoding coding(String name) {
    try {
      return LabelCoding.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("coding must be ids, rgb or panoptic, got " + name, e);
    }
  }

  /**
   * Reads a colour map as CamVid ships one: a line {@code R G B name} for each class, in order; a
   * class called void (in any case) counts nowhere.
   *
   * @throws UsageException if the file is not there or not written so
   */
  public static LabelLayout colorMap(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new UsageException("Invalid --color-map: cannot read " + file, e);
    }
    return new ColorMap(file.toString()).parse(lines);
  }
}
