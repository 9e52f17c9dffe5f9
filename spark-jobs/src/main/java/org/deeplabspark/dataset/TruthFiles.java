package org.deeplabspark.dataset;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.settings.InputFilter;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.ImageFile;
import org.deeplabspark.source.ImageListing;

/** PNG masks in a folder and below, by image id. */
public final class TruthFiles {

  private static final InputFilter PNG = new InputFilter("*.[pP][nN][gG]", true, null, null);

  private TruthFiles() {}

  /**
   * Lists a folder.
   *
   * @param suffix that names end with before their extension; other files are left out and the
   *     ending is no part of the id
   * @param option that named the folder, for messages
   * @throws UsageException if there is no such file
   */
  public static List<ImageFile> list(
      Configuration hadoop, String place, String suffix, String option) throws IOException {
    List<ImageFile> files = ImageListing.of(hadoop, List.of(place), PNG, option).files();
    List<ImageFile> ending =
        files.stream()
            .filter(file -> file.imageId().endsWith(suffix))
            .map(file -> file.withImageId(cut(file.imageId(), suffix)))
            .toList();
    if (ending.isEmpty()) {
      throw new UsageException(
          String.format(
              "Invalid --truth-suffix: none of %d PNGs in %s ends with %s.png",
              files.size(), place, suffix));
    }
    return ending;
  }

  private static String cut(String id, String suffix) {
    return id.substring(0, id.length() - suffix.length());
  }
}
