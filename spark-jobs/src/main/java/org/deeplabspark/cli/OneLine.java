package org.deeplabspark.cli;

import java.util.concurrent.ExecutionException;
import org.apache.spark.SparkException;

/** A failure in one line. */
final class OneLine {

  /** Longest line, characters; Spark puts whole stack traces into its messages. */
  private static final int LONGEST = 600;

  private OneLine() {}

  /** The message that says most: of what a Spark task threw rather than of Spark's wrapping. */
  static String of(Throwable failure) {
    return DamagedFile.sentence(failure).orElseGet(() -> telling(failure));
  }

  private static String telling(Throwable failure) {
    Throwable telling = failure;
    while (wraps(telling) && telling.getCause() != null) {
      telling = telling.getCause();
    }
    String message = telling.getMessage();
    if (message == null || message.isBlank()) {
      return telling.getClass().getSimpleName();
    }
    String line = message.strip().replaceAll("\\s*\\R\\s*", " ");
    // Callers' errors read as sentences; for everything else the kind of failure is half of the
    // news.
    String said =
        telling instanceof RuntimeException
            ? line
            : telling.getClass().getSimpleName() + ": " + line;
    return said.length() <= LONGEST ? said : said.substring(0, LONGEST) + " ...";
  }

  /** Whether a failure only says that another one happened elsewhere. */
  private static boolean wraps(Throwable failure) {
    return failure instanceof SparkException
        || failure instanceof ExecutionException
        || failure instanceof ExceptionInInitializerError;
  }
}
