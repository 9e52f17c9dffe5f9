package org.deeplabspark.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.deeplabspark.settings.UsageException;

/**
 * Groups of images that are counted apart: by parts of their names, or by columns of a table.
 *
 * @param names of the slices: the pattern's named groups, or the table's columns
 * @param pattern looked for in image ids, and in paths where an id does not have it; empty for a
 *     table
 * @param table CSV with a header, or Parquet, with {@code image_id} and the columns; empty for a
 *     pattern
 */
public record Slicing(List<String> names, Optional<String> pattern, Optional<String> table) {

  private static final Pattern NAMED_GROUP = Pattern.compile("\\(\\?<([a-zA-Z][a-zA-Z0-9]*)>");

  /** Copies the names. */
  public Slicing {
    names = List.copyOf(names);
  }

  /**
   * Slices by a regular expression.
   *
   * @throws UsageException if it is none, or has no named group
   */
  public static Slicing byPattern(String pattern) {
    List<String> names = new ArrayList<>();
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new UsageException(
          "Invalid --slice-by: " + e.getDescription() + " in " + e.getPattern(), e);
    }
    Matcher groups = NAMED_GROUP.matcher(pattern);
    while (groups.find()) {
      names.add(groups.group(1));
    }
    if (names.isEmpty()) {
      throw new UsageException(
          "Invalid --slice-by: must have a named group, as (?<city>[a-z]+)_, or --slice-table beside it,"
              + " got "
              + pattern);
    }
    return new Slicing(names, Optional.of(pattern), Optional.empty());
  }

  /** Slices by columns of a table, separated by commas. */
  public static Slicing byColumns(String columns, String table) {
    return new Slicing(
        List.of(columns.strip().split("\\s*,\\s*")), Optional.empty(), Optional.of(table));
  }
}
