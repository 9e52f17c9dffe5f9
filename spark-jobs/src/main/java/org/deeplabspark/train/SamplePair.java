package org.deeplabspark.train;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.dataset.TruthFile;
import org.deeplabspark.dataset.TruthList;
import org.deeplabspark.settings.InputFilter;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.ImageFile;
import org.deeplabspark.source.ImageListing;

/**
 * An image and its label image.
 *
 * @param image fully qualified path of the image
 * @param truth its label image
 */
record SamplePair(String image, TruthFile truth) implements Serializable {

  private static final InputFilter IMAGES = new InputFilter("", true, null, null);

  /**
   * Images and label images of the same id, sorted by id. Label images without an image are left
   * alone.
   *
   * @throws UsageException if a place does not exist or an image has no label image
   */
  static List<SamplePair> list(Configuration hadoop, SampleSource source) throws IOException {
    TruthList truth = source.truth().list(hadoop);
    Map<String, ImageFile> byId = new HashMap<>();
    truth.files().forEach(file -> byId.put(file.imageId(), file));
    List<SamplePair> pairs = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (ImageFile image : ImageListing.of(hadoop, source.images(), IMAGES, "--input").files()) {
      ImageFile labels = byId.get(source.truth().endings().cut(image.imageId()));
      if (labels == null) {
        missing.add(image.imageId());
      } else {
        pairs.add(new SamplePair(image.path(), truth.file(labels)));
      }
    }
    if (!missing.isEmpty()) {
      throw new UsageException(
          String.format(
              "Invalid --truth: %d images have no mask in %s, the first is %s",
              missing.size(), source.truth().place(), missing.get(0)));
    }
    return pairs;
  }
}
