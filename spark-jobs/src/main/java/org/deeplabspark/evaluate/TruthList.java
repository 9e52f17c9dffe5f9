package org.deeplabspark.evaluate;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.dataset.LabelCoding;
import org.deeplabspark.dataset.LabelLayout;
import org.deeplabspark.dataset.PanopticSegments;
import org.deeplabspark.dataset.TruthFiles;
import org.deeplabspark.source.ImageFile;

/**
 * The files of a truth, on the driver.
 *
 * @param files at least one
 * @param segments of a panoptic truth; else empty
 */
record TruthList(List<ImageFile> files, Optional<PanopticSegments> segments) {

  /**
   * Lists a folder.
   *
   * @param json categories of a panoptic truth; empty: {@code FOLDER.json} beside it
   */
  static TruthList of(
      Configuration hadoop,
      String folder,
      String suffix,
      Optional<LabelLayout> layout,
      Optional<String> json)
      throws IOException {
    Optional<PanopticSegments> segments = Optional.empty();
    if (layout.isPresent() && layout.get().coding() == LabelCoding.PANOPTIC) {
      String place = json.orElse(new Path(folder) + ".json");
      segments = Optional.of(PanopticSegments.read(hadoop, place, layout.get()));
    }
    return new TruthList(TruthFiles.list(hadoop, folder, suffix), segments);
  }

  /** Segments of one file: number, class, ...; null where the truth is not panoptic. */
  int[] segments(String path) {
    return segments.map(all -> all.of(new Path(path).getName())).orElse(null);
  }
}
