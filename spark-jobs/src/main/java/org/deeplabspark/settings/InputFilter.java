package org.deeplabspark.settings;

import java.io.Serializable;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.GlobPattern;

/**
 * Which files of a directory are input; the names are those of Spark's file sources.
 *
 * @param nameGlob of the file's name; empty: names that end as images do
 * @param recursive whether sub-directories are looked into
 * @param modifiedAfter null for no limit
 * @param modifiedBefore null for no limit
 */
public record InputFilter(
    String nameGlob, boolean recursive, Instant modifiedAfter, Instant modifiedBefore)
    implements Serializable {

  private static final Set<String> IMAGE_EXTENSIONS =
      Set.of("jpg", "jpeg", "png", "bmp", "tif", "tiff");

  /**
   * Reads {@code input.*}.
   *
   * @throws UsageException if a glob or a moment is not one
   */
  public static InputFilter of(Settings settings) {
    String glob = settings.text("input.pathGlobFilter");
    try {
      new GlobPattern(glob);
    } catch (RuntimeException e) {
      throw new UsageException("Invalid input.pathGlobFilter: must be a glob, got " + glob, e);
    }
    return new InputFilter(
        glob,
        settings.flag("input.recursiveFileLookup"),
        moment(settings, "input.modifiedAfter").orElse(null),
        moment(settings, "input.modifiedBefore").orElse(null));
  }

  private static Optional<Instant> moment(Settings settings, String key) {
    String text = settings.text(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      throw new UsageException(
          "Invalid " + key + ": must be like 2026-01-31T18:00:00, got " + text, e);
    }
  }

  /** Whether the listing needs times of modification. */
  public boolean looksAtTimes() {
    return modifiedAfter != null || modifiedBefore != null;
  }

  /** Hidden names: those that begin with a dot. Cameras number files from {@code _MG_0001} on. */
  public static boolean hidden(String name) {
    return name.startsWith(".");
  }

  /** Directories that are never looked into: hidden ones, and what unfinished jobs leave. */
  public static boolean hiddenDirectory(String name) {
    return hidden(name) || name.equals("_temporary");
  }

  public boolean takesName(String name) {
    if (nameGlob.isEmpty()) {
      String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
      return name.lastIndexOf('.') > 0 && IMAGE_EXTENSIONS.contains(extension);
    }
    return new GlobPattern(nameGlob).matches(name);
  }

  public boolean takesTime(Instant modified) {
    return (modifiedAfter == null || modified.isAfter(modifiedAfter))
        && (modifiedBefore == null || modified.isBefore(modifiedBefore));
  }
}
