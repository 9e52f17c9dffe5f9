package org.deeplabspark.evaluate;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Lists of class names, which differ in spaces and marks between tools: tv/monitor, tvmonitor. */
public final class ClassNames {

  private ClassNames() {}

  /** What a class is called that nobody names. */
  static String number(int id) {
    return "class " + id;
  }

  /** Whether nobody said what the classes are. */
  public static boolean numbered(List<String> names) {
    return IntStream.range(0, names.size()).allMatch(id -> names.get(id).equals(number(id)));
  }

  /** Whether two lists name the same classes in the same order. */
  public static boolean same(List<String> names, List<String> others) {
    return names.size() == others.size()
        && IntStream.range(0, names.size()).allMatch(id -> same(names.get(id), others.get(id)));
  }

  /** Whether two names are those of one class. */
  static boolean same(String name, String other) {
    return plain(name).equals(plain(other));
  }

  private static String plain(String name) {
    String letters = name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
    return letters.isEmpty() ? name : letters;
  }
}
