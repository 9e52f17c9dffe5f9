package org.deeplabspark.dataset;

import java.io.Serializable;

/**
 * Endings to take off before ids are compared.
 *
 * @param image of image ids, for example {@code _leftImg8bit}; may be empty
 * @param truth of truth names without extension, for example {@code _gtFine_labelTrainIds}; truth
 *     files that do not end so are other things and left out
 */
public record Suffixes(String image, String truth) implements Serializable {

  /** Ids are equal as they are. */
  public static final Suffixes NONE = new Suffixes("", "");

  /** Reads {@code TRUTH} or {@code IMAGE=TRUTH}. */
  public static Suffixes parse(String text) {
    int equals = text.indexOf('=');
    return equals < 0
        ? new Suffixes("", text)
        : new Suffixes(text.substring(0, equals), text.substring(equals + 1));
  }

  /** These, or where there are none those of the data set. */
  public Suffixes orThoseOf(LabelLayout layout) {
    return equals(NONE) ? parse(layout.suffix()) : this;
  }

  /** An image's id as the truth has it. */
  public String cut(String imageId) {
    return imageId.endsWith(image)
        ? imageId.substring(0, imageId.length() - image.length())
        : imageId;
  }
}
