package org.deeplabspark.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.io.PathText;
import org.deeplabspark.settings.InputFilter;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.DirectoryEntries.Entry;
import org.deeplabspark.source.ListDirectories.Directory;
import org.deeplabspark.source.ListDirectories.Found;

/**
 * Directories, globs and files as they are named on a command line, looked at by the driver: which
 * of them are images, and which are directories to be listed.
 *
 * @param files that were named, or matched by a glob
 * @param directories to be listed
 * @param leftOut what a glob matched and is not taken
 */
record Inputs(List<Found> files, List<Directory> directories, SkippedFiles leftOut) {

  private static final Pattern BRACES_OVER_DIRECTORIES = Pattern.compile("\\{[^}]*/");

  /**
   * Looks at inputs.
   *
   * @param inputs directories, globs or files; a name that exists as it is written is not taken for
   *     a glob
   * @throws UsageException if an input does not exist or is an archive
   */
  static Inputs open(Configuration hadoop, List<String> inputs, InputFilter filter)
      throws IOException {
    Inputs opened = new Inputs(new ArrayList<>(), new ArrayList<>(), new SkippedFiles());
    for (int number = 0; number < inputs.size(); number++) {
      opened.add(hadoop, inputs.get(number), number, filter);
    }
    return opened;
  }

  private void add(Configuration hadoop, String input, int number, InputFilter filter)
      throws IOException {
    Path path = PathText.parse(input);
    FileSystem fs = path.getFileSystem(hadoop);
    if (fs.exists(path)) {
      Entry entry = Entry.of(fs.getFileStatus(path)).at(LocalNames.typed(fs.makeQualified(path)));
      if (entry.kind() == DirectoryEntries.Kind.DIRECTORY) {
        addDirectory(entry.path(), entry.path(), null, number);
      } else {
        refuseArchive(path);
        files.add(Found.image(entry, entry.path().getParent(), number));
      }
      return;
    }
    Glob glob = Glob.of(path);
    Path root = fs.makeQualified(glob.root());
    for (FileStatus match : glob.matches(fs, input)) {
      if (match.isDirectory() && !InputFilter.hiddenDirectory(match.getPath().getName())) {
        addDirectory(match.getPath(), root, glob.names().orElse(null), number);
      } else if (!match.isDirectory()
          && glob.names().isEmpty()
          && leftOut.takes(Entry.of(match), filter)) {
        files.add(Found.image(Entry.of(match), root, number));
      }
    }
  }

  private void addDirectory(Path path, Path root, String glob, int number) {
    directories.add(new Directory(path.toString(), root.toString(), glob, number, List.of()));
  }

  private static void refuseArchive(Path path) {
    String name = path.getName().toLowerCase(Locale.ROOT);
    if (name.endsWith(".zip")
        || name.endsWith(".tar")
        || name.endsWith(".tar.gz")
        || name.endsWith(".tgz")) {
      throw new UsageException("Invalid --input: archives are not read yet, unpack " + path);
    }
  }

  /**
   * An input with wildcards. Names in its last component are matched by those who list the
   * directories above, so that large ones are not listed here.
   *
   * @param path what is matched on the driver: all of it, or the directories above its last
   *     component
   * @param names the last component, where others match it
   */
  private record Glob(Path path, Optional<String> names) {

    static Glob of(Path whole) {
      boolean later =
          hasWildcard(whole.getName())
              && whole.getParent() != null
              && !BRACES_OVER_DIRECTORIES.matcher(whole.toString()).find();
      return later
          ? new Glob(whole.getParent(), Optional.of(whole.getName()))
          : new Glob(whole, Optional.empty());
    }

    /**
     * What matches, sorted.
     *
     * @throws UsageException if nothing does
     */
    List<FileStatus> matches(FileSystem fs, String input) throws IOException {
      FileStatus[] matches = null;
      if (hasWildcard(path.toUri().getPath())) {
        matches = fs.globStatus(path);
      } else if (names.isPresent() && fs.exists(path)) {
        matches = new FileStatus[] {fs.getFileStatus(path)};
      }
      if (matches == null || matches.length == 0) {
        throw new UsageException("Invalid input: no such file or directory: " + input);
      }
      return Arrays.stream(matches).sorted().toList();
    }

    /** The deepest directory above every match. */
    Path root() {
      Path root = names.isPresent() ? path : path.getParent();
      for (Path p = path; p != null; p = p.getParent()) {
        if (hasWildcard(p.getName())) {
          root = p.getParent() == null ? new Path(".") : p.getParent();
        }
      }
      return root == null ? new Path(".") : root;
    }

    private static boolean hasWildcard(String text) {
      return text.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
    }
  }
}
