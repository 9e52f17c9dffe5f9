package org.deeplabspark.sweep;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.deeplabspark.settings.UsageException;

/**
 * One setting's values to try.
 *
 * @param key for example {@code crf.bilateral.weight}
 * @param values as text, each once, in the order they were given
 */
record GridAxis(String key, List<String> values) {

  private static final int MOST_VALUES = 1000;

  /** Above, a number is written with an exponent. */
  private static final int MOST_ZEROS = 20;

  private static final BigDecimal TWO = BigDecimal.valueOf(2);

  GridAxis {
    values = List.copyOf(new LinkedHashSet<>(values));
  }

  /**
   * Reads {@code KEY=VALUES}, values a list of words, numbers and ranges {@code FROM:TO} or {@code
   * FROM:TO:STEP}, both ends included.
   *
   * @throws UsageException if it is written otherwise
   */
  static GridAxis parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 1 || text.substring(equals + 1).isBlank()) {
      throw new UsageException(
          "Invalid --grid: must be KEY=VALUES, like crf.bilateral.weight=3:6:1, got " + text);
    }
    List<String> values = new ArrayList<>();
    for (String item : text.substring(equals + 1).split(",", -1)) {
      String value = item.strip();
      if (value.isEmpty()) {
        throw new UsageException("Invalid --grid: an empty value in " + text);
      }
      values.addAll(value.indexOf(':') < 0 ? List.of(plain(value)) : range(value));
    }
    return new GridAxis(text.substring(0, equals).strip(), values);
  }

  private static List<String> range(String text) {
    String[] parts = text.split(":", -1);
    try {
      BigDecimal from = new BigDecimal(parts[0].strip());
      BigDecimal to = new BigDecimal(parts[1].strip());
      BigDecimal step = parts.length > 2 ? new BigDecimal(parts[2].strip()) : BigDecimal.ONE;
      if (parts.length <= 3 && step.signum() > 0 && from.compareTo(to) <= 0) {
        List<String> values = new ArrayList<>();
        for (BigDecimal v = from; v.compareTo(to) <= 0; v = v.add(step)) {
          values.add(text(v));
          if (values.size() > MOST_VALUES) {
            throw new UsageException(
                "Invalid --grid: more than " + MOST_VALUES + " values in " + text);
          }
        }
        return values;
      }
    } catch (NumberFormatException e) {
      throw notARange(text, e);
    }
    throw notARange(text, null);
  }

  private static UsageException notARange(String text, Throwable cause) {
    return new UsageException(
        "Invalid --grid: a range is FROM:TO or FROM:TO:STEP with FROM <= TO and STEP > 0, got "
            + text,
        cause);
  }

  /** A number in its shortest form, so that 3 and 3.0 are one value; anything else as it is. */
  private static String plain(String value) {
    try {
      return text(new BigDecimal(value));
    } catch (NumberFormatException e) {
      return value;
    }
  }

  private static String text(BigDecimal number) {
    if (number.signum() == 0) {
      return "0";
    }
    BigDecimal shortest = number.stripTrailingZeros();
    return Math.abs(shortest.scale()) > MOST_ZEROS ? shortest.toString() : shortest.toPlainString();
  }

  /**
   * The axis round a value with half the distance to its neighbours: below, itself, above. At an
   * end the other side's distance counts; words and single values stay alone.
   *
   * @param best what was best
   * @param whole whether only whole numbers make sense
   */
  GridAxis finer(String best, boolean whole) {
    BigDecimal centre;
    BigDecimal below = null;
    BigDecimal above = null;
    try {
      centre = new BigDecimal(best);
      for (String value : values) {
        BigDecimal v = new BigDecimal(value);
        if (v.compareTo(centre) < 0 && (below == null || v.compareTo(below) > 0)) {
          below = v;
        } else if (v.compareTo(centre) > 0 && (above == null || v.compareTo(above) < 0)) {
          above = v;
        }
      }
    } catch (NumberFormatException e) {
      return new GridAxis(key, List.of(best));
    }
    BigDecimal down = below == null ? null : centre.subtract(below).divide(TWO);
    BigDecimal up = above == null ? null : above.subtract(centre).divide(TWO);
    Set<String> finer = new LinkedHashSet<>();
    add(
        finer,
        down == null && up == null ? null : centre.subtract(down == null ? up : down),
        whole);
    finer.add(best);
    add(finer, down == null && up == null ? null : centre.add(up == null ? down : up), whole);
    return new GridAxis(key, List.copyOf(finer));
  }

  private static void add(Set<String> values, BigDecimal value, boolean whole) {
    if (value != null && value.signum() > 0) {
      values.add(text(whole ? value.setScale(0, RoundingMode.HALF_UP) : value));
    }
  }
}
