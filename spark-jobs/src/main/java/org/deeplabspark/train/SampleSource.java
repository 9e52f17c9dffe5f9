package org.deeplabspark.train;

import java.util.List;
import java.util.Optional;
import org.deeplabspark.dataset.LabelLayout;
import org.deeplabspark.dataset.Suffixes;

/**
 * Images and their ground truth.
 *
 * @param images directories, globs or image files
 * @param truth folder of label images with the same ids
 * @param suffixes what ids end with where they differ; {@link Suffixes#NONE}: as the layout says
 * @param layout what labels mean; a class's number is its place there
 * @param panopticJson of a panoptic truth; empty: TRUTH.json beside the folder TRUTH
 */
public record SampleSource(
    List<String> images,
    String truth,
    Suffixes suffixes,
    LabelLayout layout,
    Optional<String> panopticJson) {

  /** Copies the list. */
  public SampleSource {
    images = List.copyOf(images);
  }

  /** Endings of names: the ones that were asked, else the layout's. */
  Suffixes endings() {
    return suffixes.orThoseOf(layout);
  }

  /** Other images of the same data set. */
  public SampleSource with(List<String> otherImages, String otherTruth) {
    return new SampleSource(otherImages, otherTruth, suffixes, layout, panopticJson);
  }
}
