package org.deeplabspark.model;

import java.util.List;
import java.util.function.Supplier;

/**
 * One array as a weights file lists it. Its numbers are read when they are asked for, so that a
 * list of hostile shapes takes no memory.
 *
 * @param name as the file has it: any text
 * @param type F32, F64, F16 and BF16 are read; others, such as I64, are only listed
 * @param shape sizes of its dimensions, empty for a single value
 * @param numbers gives the values in C order as an array of the caller's own
 */
public record StoredTensor(String name, String type, List<Long> shape, Supplier<float[]> numbers) {

  /** Regular expressions of name maps may need stack for each character. */
  private static final int LONGEST_NAME = 1000;

  private static final int LONGEST_SHOWN = 200;

  /**
   * Checks name and shape.
   *
   * @throws IllegalArgumentException if the name is endless, a size is negative or the product more
   *     than an array holds
   */
  public StoredTensor {
    shape = List.copyOf(shape);
    if (name.length() > LONGEST_NAME) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid tensor %s: its name has %,d characters, at most %,d are read",
              plain(name), name.length(), LONGEST_NAME));
    }
    long length = 1;
    for (long size : shape) {
      if (size < 0 || (size > 0 && length > Integer.MAX_VALUE / size)) {
        throw new IllegalArgumentException(
            String.format("Invalid tensor %s: no array has the shape %s", plain(name), shape));
      }
      length *= size;
    }
  }

  /** Number of values. */
  public int length() {
    return (int) shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
  }

  /** Whether it holds numbers that a layer here could have; no layer has integers. */
  boolean floating() {
    return type.startsWith("F") || type.startsWith("BF");
  }

  /** Whether it has exactly these sizes. */
  boolean hasShape(List<Integer> wanted) {
    return shape.equals(wanted.stream().map(Integer::longValue).toList());
  }

  /** The same array under another name. */
  StoredTensor named(String other) {
    return new StoredTensor(other, type, shape, numbers);
  }

  /** A name from a file on one line of a terminal: no control characters, not too long. */
  public static String plain(String name) {
    String line = name.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "?");
    return line.length() <= LONGEST_SHOWN ? line : line.substring(0, LONGEST_SHOWN) + "...";
  }
}
