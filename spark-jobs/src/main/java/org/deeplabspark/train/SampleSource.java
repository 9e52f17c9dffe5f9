package org.deeplabspark.train;

import java.util.List;
import org.deeplabspark.dataset.LabelLayout;
import org.deeplabspark.dataset.Truth;

/**
 * Images and their ground truth.
 *
 * @param images directories, globs or image files
 * @param truth with a layout; a class's number is its place there
 */
public record SampleSource(List<String> images, Truth truth) {

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if the truth's classes are not known
   */
  public SampleSource {
    images = List.copyOf(images);
    if (truth.layout().isEmpty()) {
      throw new IllegalArgumentException("Invalid truth: its classes must be known");
    }
  }

  /** What labels mean. */
  LabelLayout layout() {
    return truth.layout().orElseThrow();
  }

  /** Other images of the same data set. */
  public SampleSource with(List<String> otherImages, String place) {
    return new SampleSource(otherImages, truth.in(place));
  }
}
