package org.deeplabspark.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which directories are on disks of this machine. What is mounted from elsewhere may hang for ever,
 * so that it is read by a thread that can be left behind; of a disk that would cost more than
 * reading a small file.
 */
final class LocalDisks {

  private static final Set<String> TYPES =
      Set.of("ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "apfs", "hfs");

  private static final int MOST_KNOWN = 100_000;

  private static final Map<Path, Boolean> KNOWN = new ConcurrentHashMap<>();

  private LocalDisks() {}

  /** Whether a file is known to be on one; a link may lead anywhere. Never hangs for long. */
  static boolean hold(Path file) {
    Path directory = file.getParent();
    return directory != null && KNOWN.getOrDefault(directory, false) && !Files.isSymbolicLink(file);
  }

  /** Finds out about a file's directory, where that is not known yet. May hang. */
  static void learn(Path file) throws IOException {
    Path directory = file.getParent();
    if (directory != null && !KNOWN.containsKey(directory)) {
      if (KNOWN.size() >= MOST_KNOWN) {
        KNOWN.clear();
      }
      KNOWN.put(directory, TYPES.contains(Files.getFileStore(directory).type()));
    }
  }
}
