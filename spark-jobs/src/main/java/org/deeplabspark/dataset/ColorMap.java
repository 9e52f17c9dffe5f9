package org.deeplabspark.dataset;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplabspark.model.ClassLabel;
import org.deeplabspark.settings.UsageException;

/** A text of lines {@code R G B name}, one a class, in the order of the classes. */
final class ColorMap {

  private static final Pattern LINE =
      Pattern.compile("(\\d{1,3})[\\s,]+(\\d{1,3})[\\s,]+(\\d{1,3})[\\s,]+(\\S.*)");

  private final String place;

  ColorMap(String place) {
    this.place = place;
  }

  LabelLayout parse(List<String> lines) {
    List<ClassLabel> classes = new ArrayList<>();
    Set<Integer> voids = new HashSet<>();
    for (int number = 1; number <= lines.size(); number++) {
      String line = lines.get(number - 1).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      Matcher parts = LINE.matcher(line);
      if (!parts.matches()) {
        throw new UsageException(
            String.format(
                "Invalid --color-map: line %d of %s must be R G B name, got %s",
                number, place, line));
      }
      int rgb = sample(parts, 1) << 16 | sample(parts, 2) << 8 | sample(parts, 3);
      String name = parts.group(4).strip();
      if (name.equalsIgnoreCase("void")) {
        voids.add(rgb);
      } else {
        classes.add(new ClassLabel(name, String.format("#%06x", rgb)));
      }
    }
    try {
      return new LabelLayout(place, LabelCoding.RGB, classes, List.of(), voids, "");
    } catch (IllegalArgumentException e) {
      throw new UsageException("Invalid --color-map: " + e.getMessage(), e);
    }
  }

  private int sample(Matcher parts, int group) {
    int value = Integer.parseInt(parts.group(group));
    if (value > 255) {
      throw new UsageException(
          String.format("Invalid --color-map: a colour of %s has %d, above 255", place, value));
    }
    return value;
  }
}
