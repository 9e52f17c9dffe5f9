package org.deeplabspark.source;

import java.io.Serializable;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.deeplabspark.settings.InputFilter;

/** What a listing saw and did not take, counted by reason. */
final class SkippedFiles implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Why something is no input. */
  enum Reason {
    OTHER_NAME("files of other names left out"),
    HIDDEN("hidden files (their names begin with a dot) left out"),
    OTHER_TIME("left out by their time"),
    DEAD_LINK("links that lead nowhere left out"),
    CIRCLE("links that lead back to a directory above left out"),
    SUB_DIRECTORY("sub-directories not looked into (--recursiveFileLookup does)"),
    HIDDEN_DIRECTORY("hidden sub-directories not looked into"),
    UNREADABLE("directories that cannot be read left out"),
    NO_PATH("rows without a path left out");

    private final String words;

    Reason(String words) {
      this.words = words;
    }
  }

  private final Map<Reason, Long> counts = new EnumMap<>(Reason.class);

  /** Asks the filter about a file, and counts it where it is not wanted. */
  boolean takes(DirectoryEntries.Entry file, InputFilter filter) {
    boolean named = filter.takesName(file.name());
    if (InputFilter.hidden(file.name())) {
      add(Reason.HIDDEN, named ? 1 : 0); // checksums and the like are nobody's input
    } else if (!named) {
      add(Reason.OTHER_NAME, 1);
    } else if (!filter.takesTime(Instant.ofEpochMilli(file.modifiedMillis()))) {
      add(Reason.OTHER_TIME, 1);
    } else {
      return true;
    }
    return false;
  }

  /** Counts more of a kind. */
  SkippedFiles add(Reason reason, long more) {
    if (more > 0) {
      counts.merge(reason, more, Long::sum);
    }
    return this;
  }

  /** Adds another's counts to this. */
  SkippedFiles add(SkippedFiles other) {
    other.counts.forEach(this::add);
    return this;
  }

  /** Files that had the right name and the wrong time. */
  long times() {
    return counts.getOrDefault(Reason.OTHER_TIME, 0L);
  }

  /** To be appended to a sentence; empty where nothing was left out. */
  String sentence() {
    return counts.isEmpty()
        ? ""
        : counts.entrySet().stream()
            .map(count -> count.getValue() + " " + count.getKey().words)
            .collect(Collectors.joining(", ", "; ", ""));
  }
}
