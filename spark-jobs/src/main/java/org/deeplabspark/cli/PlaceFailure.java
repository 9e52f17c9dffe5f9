package org.deeplabspark.cli;

import java.io.FileNotFoundException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.util.VersionInfo;
import org.deeplabspark.io.PathText;
import org.deeplabspark.settings.UsageException;

/** What a file system threw at the first look at a place: whose mistake it is, and its one line. */
final class PlaceFailure {

  /** Hadoop's own connectors that do not come with Spark, by scheme. */
  private static final Map<String, String> CONNECTORS =
      Map.of("s3a", "hadoop-aws", "abfs", "hadoop-azure", "abfss", "hadoop-azure");

  private PlaceFailure() {}

  /**
   * The exception to be thrown instead.
   *
   * @return a {@link UsageException} where the place, its host or the rights to it are wrong, else
   *     what was thrown
   */
  static RuntimeException of(String option, String place, Throwable thrown) {
    return said(place, thrown)
        .<RuntimeException>map(
            line -> new UsageException("Invalid " + option + ": " + line, thrown))
        .orElseGet(
            () ->
                thrown instanceof RuntimeException same
                    ? same
                    : new IllegalStateException(
                        option + " " + place + ": " + OneLine.of(thrown), thrown));
  }

  private static Optional<String> said(String place, Throwable thrown) {
    if (thrown instanceof NoClassDefFoundError) {
      return Optional.of(
          "the file system of " + place + " lacks a class of another jar, " + thrown.getMessage());
    }
    if (thrown instanceof UnsupportedFileSystemException
        || has(thrown, ClassNotFoundException.class)) {
      return Optional.of(noFileSystem(place));
    }
    if (has(thrown, UnknownHostException.class)) {
      return Optional.of("unknown host in " + place);
    }
    if (has(thrown, ConnectException.class)
        || has(thrown, NoRouteToHostException.class)
        || has(thrown, SocketTimeoutException.class)) {
      return Optional.of("nobody answers at " + place + "; is its file system running?");
    }
    if (has(thrown, AccessControlException.class)
        || has(thrown, java.nio.file.AccessDeniedException.class)) {
      return Optional.of("no access to " + place + " (" + OneLine.of(thrown) + ")");
    }
    if (thrown instanceof FileNotFoundException || thrown instanceof IllegalArgumentException) {
      return Optional.of(OneLine.of(thrown));
    }
    return Optional.empty();
  }

  private static String noFileSystem(String place) {
    String scheme =
        String.valueOf(PathText.parse(place).toUri().getScheme()).toLowerCase(Locale.ROOT);
    String line = "no file system for scheme " + scheme + " on the class path";
    String connector = CONNECTORS.get(scheme);
    if (connector == null) {
      return line + ", got " + place;
    }
    return String.format(
        "%s; give spark-submit --packages org.apache.hadoop:%s:%s (scripts/deeplab --packages ... -- COMMAND), got %s",
        line, connector, VersionInfo.getVersion(), place);
  }

  private static boolean has(Throwable thrown, Class<? extends Throwable> kind) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (kind.isInstance(t)) {
        return true;
      }
    }
    return false;
  }
}
