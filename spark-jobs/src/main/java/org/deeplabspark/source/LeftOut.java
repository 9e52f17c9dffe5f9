package org.deeplabspark.source;

import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;

/** Files and directories that a listing saw and did not take, by reason. */
final class LeftOut implements Serializable {

  private static final long serialVersionUID = 1L;

  private long names;
  private long times;
  private long directories;

  /** Asks the filter about a file, and counts it where it is not wanted. */
  boolean takes(FileStatus file, InputFilter filter) {
    if (!filter.takesName(file.getPath().getName())) {
      names++;
    } else if (!filter.takesTime(Instant.ofEpochMilli(file.getModificationTime()))) {
      times++;
    } else {
      return true;
    }
    return false;
  }

  /** Counts a sub-directory that is not looked into. */
  void directory() {
    directories++;
  }

  /** Adds another's counts to this. */
  LeftOut add(LeftOut other) {
    names += other.names;
    times += other.times;
    directories += other.directories;
    return this;
  }

  /** Files that had the right name and the wrong time. */
  long times() {
    return times;
  }

  /** To be appended to a sentence; empty where nothing was left out. */
  String sentence() {
    List<String> parts = new ArrayList<>();
    if (names > 0) {
      parts.add(names + " files of other names left out");
    }
    if (times > 0) {
      parts.add(times + " left out by their time");
    }
    if (directories > 0) {
      parts.add(directories + " sub-directories not looked into (--recursiveFileLookup does)");
    }
    return parts.isEmpty() ? "" : "; " + String.join(", ", parts);
  }
}
