package org.deeplabspark.train;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.ImageFile;
import org.deeplabspark.source.ImageListing;
import org.deeplabspark.source.InputFilter;

/**
 * An image and its label mask, by path.
 *
 * @param image fully qualified path of the image
 * @param truth fully qualified path of the PNG mask
 */
record SamplePair(String image, String truth) implements Serializable {

  private static final InputFilter IMAGES = new InputFilter("", true, null, null);
  private static final InputFilter MASKS = new InputFilter("*.[pP][nN][gG]", true, null, null);

  /**
   * Images and masks of the same id, sorted by id. Masks without an image are left alone.
   *
   * @throws UsageException if a place does not exist or an image has no mask
   */
  static List<SamplePair> list(Configuration hadoop, String input, String truth)
      throws IOException {
    Map<String, ImageFile> masks =
        ImageListing.of(hadoop, List.of(truth), MASKS).files().stream()
            .collect(Collectors.toMap(ImageFile::imageId, Function.identity()));
    List<SamplePair> pairs = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (ImageFile image : ImageListing.of(hadoop, List.of(input), IMAGES).files()) {
      ImageFile mask = masks.get(image.imageId());
      if (mask == null) {
        missing.add(image.imageId());
      } else {
        pairs.add(new SamplePair(image.path(), mask.path()));
      }
    }
    if (!missing.isEmpty()) {
      throw new UsageException(
          String.format(
              "Invalid --truth: %d images have no mask in %s, the first is %s",
              missing.size(), truth, missing.get(0)));
    }
    return pairs;
  }
}
