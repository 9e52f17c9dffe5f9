package org.deeplabspark.evaluate;

import java.io.Serializable;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Something that is wrong with a truth.
 *
 * @param kind what
 * @param images how many images have it; of an absent class how many classes are
 * @param examples the first of them by id, or what it is about, each with a detail that has the fix
 */
public record Finding(Kind kind, long images, SortedMap<String, String> examples)
    implements Serializable {

  Finding(Kind kind, long images, String example, String detail) {
    this(kind, images, new TreeMap<>(Map.of(example, detail)));
  }

  /** Kinds of findings; errors first. */
  public enum Kind {
    /** A photograph without truth. */
    NO_TRUTH(true, "no truth"),
    /** A photograph whose header cannot be read. */
    BAD_PHOTO(true, "unreadable photo"),
    /** A label image that cannot be decoded. */
    BAD_MASK(true, "unreadable mask"),
    /** Colours, alpha or 16 bits where ids are wanted. */
    NOT_IDS(true, "colours, not ids"),
    /** A colour or segment that nobody names. */
    UNKNOWN_COLOR(true, "unknown colour"),
    /** Photograph and truth of different sizes. */
    OTHER_SIZE(true, "other size"),
    /** Ids that are no class and not void. */
    UNKNOWN_ID(true, "unknown ids"),
    /** No truth has any id but 0 and 255. */
    ZERO_AND_255(true, "only 0 and 255"),
    /** Ids that stand only between others, as smoothing makes them. */
    ANTI_ALIASED(true, "anti-aliased"),
    /** A truth that counts nowhere. */
    ALL_VOID(false, "all void"),
    /** A truth without photograph. */
    NO_PHOTO(false, "no photo"),
    /** A class that no truth has. */
    ABSENT_CLASS(false, "absent class");

    private final boolean error;
    private final String label;

    Kind(boolean error, String label) {
      this.error = error;
      this.label = label;
    }

    /** Whether a truth with this must not be used. */
    public boolean error() {
      return error;
    }

    /** Whether its examples are images. */
    boolean ofImages() {
      return this != ABSENT_CLASS && this != ZERO_AND_255;
    }

    /** For tables. */
    public String label() {
      return label;
    }
  }

  /** Both, with the examples that come first. */
  Finding plus(Finding other, int mostExamples) {
    SortedMap<String, String> both = new TreeMap<>(examples);
    both.putAll(other.examples);
    while (both.size() > mostExamples) {
      both.remove(both.lastKey());
    }
    return new Finding(kind, images + other.images, both);
  }
}
