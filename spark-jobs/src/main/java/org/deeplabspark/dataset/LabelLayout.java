package org.deeplabspark.dataset;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.deeplabspark.model.ClassLabel;

/**
 * What the labels of a data set mean and how its files are named. A class's number everywhere else
 * is its place in {@link #classes}; here it also has the id that stands in the files.
 *
 * @param name for messages
 * @param coding how pixels say their class
 * @param classes in order, 1 to 255
 * @param ids of the classes in the files, each once; empty for {@link LabelCoding#RGB}
 * @param voidIds ids that count nowhere; none is a class's
 * @param suffix {@code TRUTH} or {@code IMAGE=TRUTH}, the ends of file names; may be empty
 */
public record LabelLayout(
    String name,
    LabelCoding coding,
    List<ClassLabel> classes,
    List<Integer> ids,
    Set<Integer> voidIds,
    String suffix)
    implements Serializable {

  private static final String PLAIN = "plain ids 0 to ";
  private static final String ANY_COLOR = "#808080";

  /**
   * Checks and copies the parts.
   *
   * @throws IllegalArgumentException naming what does not fit
   */
  public LabelLayout {
    classes = List.copyOf(classes);
    ids = List.copyOf(ids);
    voidIds = Set.copyOf(voidIds);
    require(
        name,
        !classes.isEmpty() && classes.size() <= 255,
        "must have 1 to 255 classes, got " + classes.size());
    Set<String> names = new HashSet<>();
    for (ClassLabel label : classes) {
      require(name, names.add(label.name()), "class " + label.name() + " stands twice");
    }
    if (coding != LabelCoding.RGB) {
      require(
          name,
          ids.size() == classes.size(),
          ids.size() + " ids for " + classes.size() + " classes");
      require(name, Set.copyOf(new HashSet<>(ids)).size() == ids.size(), "an id stands twice");
      for (int id : ids) {
        boolean fits = id >= 0 && (coding == LabelCoding.PANOPTIC || id <= 255);
        require(name, fits, "ids must be 0..255, got " + id);
        require(name, !voidIds.contains(id), "id " + id + " is a class and void as well");
      }
    }
  }

  // The record has no name yet where its parts are checked.
  private static void require(String name, boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException("Invalid " + title(name) + ": " + otherwise);
    }
  }

  /** Ids that are the classes themselves, 0, 1, ...; none is void. */
  public static LabelLayout plain(List<String> classNames) {
    return plain(
        classNames.stream().map(name -> new ClassLabel(name, ANY_COLOR)).toList(), Set.of());
  }

  /** Ids that are the classes themselves, 0, 1, ... */
  public static LabelLayout plain(List<ClassLabel> classes, Set<Integer> voidIds) {
    return new LabelLayout(
        PLAIN + (classes.size() - 1),
        LabelCoding.IDS,
        classes,
        IntStream.range(0, classes.size()).boxed().toList(),
        voidIds,
        "");
  }

  /** What to call it in messages. */
  public String title() {
    return title(name);
  }

  private static String title(String name) {
    return name.startsWith(PLAIN) ? name : "data set " + name;
  }

  /** Names in order. */
  public List<String> classNames() {
    return classes.stream().map(ClassLabel::name).toList();
  }

  /** What the ids of 0..255 mean that {@link LabelReader} returns. */
  public IdLookup lookup() {
    return coding == LabelCoding.IDS
        ? IdLookup.of(ids, voidIds)
        : IdLookup.of(
            IntStream.range(0, classes.size()).boxed().toList(), Set.of(IdLookup.NO_CLASS));
  }
}
