package org.deeplabspark.settings;

import java.io.Serializable;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What is opened of paths that come from data, and how much of it is read.
 *
 * @param maxBytes of a file
 * @param maxTime that reading one file may take, and again decoding it
 * @param schemes of URIs that are opened, lower case
 */
public record ReadLimits(long maxBytes, Duration maxTime, Set<String> schemes)
    implements Serializable {

  private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]*");

  /** Copies the schemes. */
  public ReadLimits {
    schemes = new TreeSet<>(schemes);
  }

  /**
   * Reads {@code image.max-file-mib}, {@code image.max-seconds} and {@code input.schemes}.
   *
   * @throws UsageException if one is out of its range
   */
  public static ReadLimits of(Settings settings) {
    Set<String> schemes = new TreeSet<>();
    for (String scheme : Arrays.asList(settings.text("input.schemes").split(",", -1))) {
      if (!SCHEME.matcher(scheme.strip()).matches()) {
        throw new UsageException(
            "Invalid input.schemes: must be names of URI schemes with commas, such as file,hdfs,s3a; got "
                + settings.text("input.schemes"));
      }
      schemes.add(scheme.strip());
    }
    return new ReadLimits(
        (long) settings.integer("image.max-file-mib", 1, 2047) << 20,
        Duration.ofSeconds(settings.integer("image.max-seconds", 1, 86_400)),
        schemes);
  }
}
