package org.deeplabspark.source;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.settings.InputFilter;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.ListDirectories.Directory;
import org.deeplabspark.source.ListDirectories.Found;

/**
 * The images below directories, globs and single files, found by one thread and held in memory: for
 * sets as large as ground truth is. {@link ImageRows} lists more. Paths never pass through Spark's
 * readers, which would take commas, brackets and percent signs in them for syntax.
 *
 * @param files sorted by id
 * @param leftOut what was seen and left out, to be appended to a sentence; empty where nothing was
 */
public record ImageListing(List<ImageFile> files, String leftOut) {

  /**
   * Lists inputs on the driver.
   *
   * @param inputs directories, globs or files; a name that exists as it is written is not taken for
   *     a glob
   * @throws UsageException if an input does not exist, is an archive, or none of them holds an
   *     image
   */
  public static ImageListing of(
      Configuration hadoop, List<String> inputs, InputFilter filter, String option)
      throws IOException {
    Inputs opened = Inputs.open(hadoop, inputs, filter);
    List<ImageFile> listed = new ArrayList<>(opened.files().stream().map(Found::file).toList());
    SkippedFiles leftOut = opened.leftOut();
    Deque<Directory> left = new ArrayDeque<>(opened.directories());
    while (!left.isEmpty()) {
      try (ListDirectories.Entries entries =
          ListDirectories.entries(hadoop, left.removeFirst(), filter)) {
        entries.forEachRemaining(
            found -> {
              if (found.file() != null) {
                listed.add(found.file());
              } else if (found.directory() != null) {
                left.addLast(found.directory());
              } else {
                leftOut.add(found.leftOut());
              }
            });
      }
    }
    if (listed.isEmpty() && leftOut.times() == 0) {
      throw new UsageException(
          "Invalid " + option + ": no image in " + String.join(", ", inputs) + leftOut.sentence());
    }
    List<ImageFile> named = new ArrayList<>(ImageIds.assign(listed));
    named.sort(Comparator.comparing(ImageFile::imageId));
    return new ImageListing(List.copyOf(named), leftOut.sentence());
  }
}
