package org.deeplabspark.dataset;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.ImageFile;

/**
 * The files of a truth, on the driver.
 *
 * @param files at least one
 * @param segments of a panoptic truth; else empty
 */
public record TruthList(List<ImageFile> files, Optional<PanopticSegments> segments) {

  /**
   * Lists a folder.
   *
   * @param suffix that names end with before their extension; it is no part of the id
   * @param json categories of a panoptic truth; empty: {@code FOLDER.json} beside it
   * @throws UsageException if there is no such file or the categories do not fit the layout
   */
  public static TruthList of(
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
  public int[] segments(String path) {
    return segments.map(all -> all.of(new Path(path).getName())).orElse(null);
  }
}
