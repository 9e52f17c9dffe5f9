package org.deeplabspark.cli;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplabspark.io.ParquetFiles;

/** The Parquet file that a failure is about, where Spark or Parquet could not make sense of it. */
final class DamagedFile {

  /** How Spark and Parquet name the file they are at; names of ours have no space. */
  private static final Pattern NAMED =
      Pattern.compile(
          "(?:while reading file|footer for file:?|in file:?|^|: )\\s*(?:FileStatus\\{path=)?([a-z0-9]+:/\\S*?\\.parquet|/\\S*?\\.parquet)",
          Pattern.MULTILINE);

  /** What they complain of; a file that is away, or a store, is another matter. */
  private static final Pattern COMPLAINT =
      Pattern.compile(
          "is not a Parquet file|org\\.apache\\.parquet|Can not read value|ParquetDecodingException|can not read class|don't know what type|Required field|EOFException|ChecksumException|Checksum error|corrupt|TProtocolException");

  private DamagedFile() {}

  /** A sentence with the way out; empty where the failure is of another kind. */
  static Optional<String> sentence(Throwable failure) {
    String file = null;
    boolean damaged = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String text = cause.toString();
      Matcher named = NAMED.matcher(text);
      if (file == null && named.find()) {
        file = named.group(1);
      }
      damaged |= COMPLAINT.matcher(text).find();
    }
    return file == null || !damaged
        ? Optional.empty()
        : Optional.of(ParquetFiles.damaged(file, ParquetFiles.LABEL_AGAIN));
  }
}
