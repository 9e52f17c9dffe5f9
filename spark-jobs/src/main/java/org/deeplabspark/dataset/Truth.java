package org.deeplabspark.dataset;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.settings.UsageException;

/**
 * Ground truth: where it is, how it is named and what its labels mean.
 *
 * @param place folder of label images
 * @param suffixes what ids end with where they differ; {@link Suffixes#NONE}: as the layout says
 * @param voidLabel id that counts nowhere, 0..255; -1: none beside the layout's
 * @param layout of a data set; none: palette or 8-bit grey PNGs whose ids are the classes
 * @param panopticJson of a panoptic truth; empty: PLACE.json beside the folder PLACE
 */
public record Truth(
    String place,
    Suffixes suffixes,
    int voidLabel,
    Optional<LabelLayout> layout,
    Optional<String> panopticJson) {

  /** Plain ids in a folder, of which 255 is void. */
  public static Truth of(String place) {
    return new Truth(place, Suffixes.NONE, LabelMask.VOID, Optional.empty(), Optional.empty());
  }

  /** The same files, whose labels mean what a layout says. */
  public Truth withLayout(LabelLayout meaning) {
    return new Truth(place, suffixes, voidLabel, Optional.of(meaning), panopticJson);
  }

  /** Likewise coded files in another folder. */
  public Truth in(String otherPlace) {
    return new Truth(otherPlace, suffixes, voidLabel, layout, panopticJson);
  }

  /** Endings of names: the ones that were asked, else the layout's. */
  public Suffixes endings() {
    return layout.map(suffixes::orThoseOf).orElse(suffixes);
  }

  /**
   * Lists the files.
   *
   * @throws UsageException if there is none
   */
  public TruthList list(Configuration hadoop) throws IOException {
    return TruthList.of(hadoop, place, endings().truth(), layout, panopticJson);
  }

  /**
   * A reader whose masks have the classes' numbers.
   *
   * @param classNames of what is compared with this; empty: not known
   * @throws UsageException if the data set has other classes
   */
  public TruthReader reader(List<String> classNames) {
    if (layout.isEmpty()) {
      return TruthReader.ofIds(classNames.size(), voidLabel);
    }
    List<String> own = layout.get().classNames();
    if (!classNames.isEmpty() && !own.equals(classNames)) {
      throw new UsageException(
          String.format(
              "Invalid --dataset: the classes of %s are %s and those of the masks %s; evaluate can map"
                  + " one to the other (--label-map)",
              layout.get().name(), own, classNames));
    }
    return new TruthReader(layout.get());
  }
}
