package org.deeplabspark.source;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.settings.UsageException;

/**
 * The images below directories, globs and single files, found through Hadoop's file systems by one
 * thread and held in memory: for sets as large as ground truth is. {@link ImageRows} lists more.
 * Paths never pass through Spark's readers, which would take commas, brackets and percent signs in
 * them for syntax.
 */
public final class ImageListing {

  private final Configuration hadoop;
  private final InputFilter filter;
  private final List<ImageFile> files = new ArrayList<>();
  private final LeftOut leftOut = new LeftOut();

  private ImageListing(Configuration hadoop, InputFilter filter) {
    this.hadoop = hadoop;
    this.filter = filter;
  }

  /**
   * Lists inputs on the driver.
   *
   * @param inputs directories, globs or files; a name that exists as it is written is not taken for
   *     a glob
   * @throws UsageException if an input does not exist, is an archive, or none of them holds an
   *     image
   */
  public static ImageListing of(Configuration hadoop, List<String> inputs, InputFilter filter)
      throws IOException {
    ImageListing listing = new ImageListing(hadoop, filter);
    for (String input : inputs) {
      listing.add(input);
    }
    if (listing.files.isEmpty() && listing.leftOut.times() == 0) {
      throw new UsageException(
          "Invalid input: no image in " + String.join(", ", inputs) + listing.leftOut.sentence());
    }
    List<ImageFile> named = ImageIds.assign(listing.files);
    listing.files.clear();
    listing.files.addAll(named);
    listing.files.sort(Comparator.comparing(ImageFile::imageId));
    return listing;
  }

  /** The images, sorted by id. */
  public List<ImageFile> files() {
    return List.copyOf(files);
  }

  /** What was seen and left out, to be appended to a sentence; empty where nothing was. */
  public String leftOut() {
    return leftOut.sentence();
  }

  private void add(String input) throws IOException {
    Path path = path(input);
    FileSystem fs = path.getFileSystem(hadoop);
    if (fs.exists(path)) {
      FileStatus status = fs.getFileStatus(path);
      if (status.isDirectory()) {
        walk(fs, status.getPath(), status.getPath());
      } else {
        refuseArchive(path);
        files.add(file(status, status.getPath().getParent()));
      }
      return;
    }
    Glob glob = new Glob(path, Optional.empty());
    Path root = fs.makeQualified(glob.root());
    for (FileStatus match : glob.matches(fs, input)) {
      if (InputFilter.hidden(match.getPath().getName())) {
        continue;
      }
      if (match.isDirectory()) {
        walk(fs, match.getPath(), root);
      } else {
        consider(match, root);
      }
    }
  }

  private void walk(FileSystem fs, Path directory, Path root) throws IOException {
    for (FileStatus status : fs.listStatus(directory)) {
      if (InputFilter.hidden(status.getPath().getName())) {
        continue;
      }
      if (!status.isDirectory()) {
        consider(status, root);
      } else if (filter.recursive()) {
        walk(fs, status.getPath(), root);
      } else {
        leftOut.directory();
      }
    }
  }

  private void consider(FileStatus status, Path root) {
    if (leftOut.takes(status, filter)) {
      files.add(file(status, root));
    }
  }

  /** A file under its relative path; ids come when all files are known. */
  static ImageFile file(FileStatus status, Path root) {
    return new ImageFile(
        ImageIds.relative(root, status.getPath()),
        status.getPath().toString(),
        Instant.ofEpochMilli(status.getModificationTime()),
        status.getLen());
  }

  static Path path(String input) {
    try {
      return new Path(input);
    } catch (IllegalArgumentException e) {
      throw new UsageException("Invalid path: " + input + " (" + e.getMessage() + ")", e);
    }
  }

  static void refuseArchive(Path path) {
    String name = path.getName().toLowerCase(Locale.ROOT);
    if (name.endsWith(".zip")
        || name.endsWith(".tar")
        || name.endsWith(".tar.gz")
        || name.endsWith(".tgz")) {
      throw new UsageException("Invalid --input: archives are not read yet, unpack " + path);
    }
  }

  /**
   * An input with wildcards.
   *
   * @param path what is matched here, on the driver: all of it, or the directories above its last
   *     component
   * @param names the last component, where others match it
   */
  record Glob(Path path, Optional<String> names) {

    private static final Pattern BRACES_OVER_DIRECTORIES = Pattern.compile("\\{[^}]*/");

    /** Parts a glob so that names in large directories are matched by those who list them. */
    static Glob lastPartLater(Path whole) {
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
      FileStatus[] matches = fs.globStatus(path);
      if (matches == null
          || matches.length == 0
          || !(names.isPresent() || hasWildcard(path.toUri().getPath()))) {
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
