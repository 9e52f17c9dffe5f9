package org.deeplabspark.source;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.settings.UsageException;

/**
 * The images below directories, globs and single files, found through Hadoop's file systems. Paths
 * never pass through Spark's readers, which would take commas, brackets and percent signs in them
 * for syntax.
 */
public final class ImageListing {

  private final Configuration hadoop;
  private final InputFilter filter;
  private final List<ImageFile> files = new ArrayList<>();
  private long otherFiles;
  private long filteredByTime;
  private long subdirectories;

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
    if (listing.files.isEmpty() && listing.filteredByTime == 0) {
      throw new UsageException(
          "Invalid input: no image in " + String.join(", ", inputs) + listing.leftOut());
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
    List<String> parts = new ArrayList<>();
    if (otherFiles > 0) {
      parts.add(otherFiles + " files of other names left out");
    }
    if (filteredByTime > 0) {
      parts.add(filteredByTime + " left out by their time");
    }
    if (subdirectories > 0) {
      parts.add(subdirectories + " sub-directories not looked into (--recursiveFileLookup does)");
    }
    return parts.isEmpty() ? "" : "; " + String.join(", ", parts);
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
        take(status, status.getPath().getParent());
      }
      return;
    }
    FileStatus[] matches = isGlob(path) ? fs.globStatus(path) : null;
    if (matches == null || matches.length == 0) {
      throw new UsageException("Invalid input: no such file or directory: " + input);
    }
    Path root = fs.makeQualified(globRoot(path));
    Arrays.sort(matches);
    for (FileStatus match : matches) {
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
        subdirectories++;
      }
    }
  }

  private void consider(FileStatus status, Path root) {
    if (!filter.takesName(status.getPath().getName())) {
      otherFiles++;
    } else if (!filter.takesTime(Instant.ofEpochMilli(status.getModificationTime()))) {
      filteredByTime++;
    } else {
      take(status, root);
    }
  }

  private void take(FileStatus status, Path root) {
    files.add(
        new ImageFile(
            ImageIds.relative(root, status.getPath()),
            status.getPath().toString(),
            Instant.ofEpochMilli(status.getModificationTime()),
            status.getLen()));
  }

  static Path path(String input) {
    try {
      return new Path(input);
    } catch (IllegalArgumentException e) {
      throw new UsageException("Invalid path: " + input + " (" + e.getMessage() + ")", e);
    }
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

  private static boolean isGlob(Path path) {
    return path.toUri().getPath().chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
  }

  /**
   * The deepest directory above every match: the path up to its first component with a wildcard.
   */
  private static Path globRoot(Path glob) {
    Path root = glob;
    for (Path p = glob; p != null; p = p.getParent()) {
      if (p.getName().chars().anyMatch(c -> "*?[{".indexOf(c) >= 0)) {
        root = p.getParent() == null ? new Path(".") : p.getParent();
      }
    }
    return root;
  }
}
