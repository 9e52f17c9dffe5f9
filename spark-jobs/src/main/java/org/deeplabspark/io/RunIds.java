package org.deeplabspark.io;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * Names of runs: the moment in UTC to the millisecond, then four random digits. A later run has a
 * greater name.
 */
public final class RunIds {

  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final Pattern FORM = Pattern.compile("\\d{8}T\\d{9}Z-[0-9a-f]{4}");

  private RunIds() {}

  /** A name for a run that starts now. */
  public static String next() {
    return String.format(
        "%s-%04x", MOMENT.format(Instant.now()), ThreadLocalRandom.current().nextInt(1 << 16));
  }

  /** Whether a name is one that {@link #next} can have given. */
  static boolean matches(String name) {
    return FORM.matcher(name).matches();
  }
}
