package org.deeplabspark.dataset;

import static org.apache.spark.sql.functions.regexp_replace;

import java.io.Serializable;
import java.util.regex.Pattern;
import org.apache.spark.sql.Column;

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

  /** Image ids as the truth has them. */
  public Column cut(Column imageIds) {
    return image.isEmpty() ? imageIds : regexp_replace(imageIds, Pattern.quote(image) + "$", "");
  }

  /** An image's id as the truth has it. */
  public String cut(String imageId) {
    return imageId.endsWith(image)
        ? imageId.substring(0, imageId.length() - image.length())
        : imageId;
  }
}
