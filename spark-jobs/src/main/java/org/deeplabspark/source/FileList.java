package org.deeplabspark.source;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.settings.UsageException;

/**
 * {@code --files-from LIST}: one path a line, UTF-8, blank lines skipped. Nothing is looked up on
 * the driver, so a long list starts at once; a file that is not there becomes an error row.
 *
 * <p>Relative paths are relative to the list's directory, which is also the root of the images'
 * ids.
 */
public final class FileList {

  private FileList() {}

  /**
   * Reads a list.
   *
   * @throws UsageException if there is no such list, it is empty, or the filter wants times, which
   *     a list does not know
   */
  public static List<ImageFile> read(Configuration hadoop, String list, InputFilter filter)
      throws IOException {
    if (filter.looksAtTimes()) {
      throw new UsageException(
          "Invalid --files-from: a list has no modification times; leave modifiedAfter and modifiedBefore out");
    }
    Path file = ImageListing.path(list);
    FileSystem fs = file.getFileSystem(hadoop);
    Path root = fs.makeQualified(file).getParent();
    List<ImageFile> files = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(fs.open(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isBlank()) {
          continue;
        }
        Path path = new Path(root, ImageListing.path(line));
        if (filter.nameGlob().isEmpty() || filter.takesName(path.getName())) {
          files.add(new ImageFile(ImageIds.relative(root, path), path.toString(), null, null));
        }
      }
    } catch (FileNotFoundException e) {
      throw new UsageException("Invalid --files-from: no file " + list, e);
    }
    if (files.isEmpty()) {
      throw new UsageException("Invalid --files-from: no path in " + list);
    }
    return ImageIds.assign(files);
  }
}
