package org.deeplabspark.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;

/**
 * What a reader warns of, and whether it means that pixels were invented or lost.
 *
 * <p>libjpeg speaks of the first oddity in an image's pixels and keeps silent about all others, so
 * whatever it says there is an error. "Extraneous bytes before marker" are what it had left when it
 * had made as many blocks as there should be: damage before them has put it out of step. Bytes
 * between the markers before the pixels, on the other hand, are stepped over by the reader and harm
 * nothing, and neither do zeros that some cameras put between the last pixels and the end.
 */
final class ReadWarnings implements IIOReadWarningListener {

  private static final Pattern BEFORE_END =
      Pattern.compile("(\\d+) extraneous bytes before marker 0xd9");

  private final String format;
  private final IntPredicate padding;
  private final List<String> damage = new ArrayList<>();
  private boolean pixels;

  /**
   * Warnings of one image.
   *
   * @param padding whether so many bytes before the end of the pixels are zeros
   */
  ReadWarnings(String format, IntPredicate padding) {
    this.format = format;
    this.padding = padding;
  }

  /** What comes now is about pixels; it was about the header before. */
  void pixelsBegin() {
    pixels = true;
  }

  @Override
  public void warningOccurred(ImageReader source, String warning) {
    String text = warning.toLowerCase(Locale.ROOT);
    boolean harmless = text.contains("extraneous") && (!pixels || paddedEnd(text));
    boolean harmful =
        isCut(text)
            || text.contains("corrupt")
            || text.contains("inconsistent progression")
            || text.contains("sos parameters")
            || text.contains("adobe color transform");
    if (harmful && !harmless) {
      damage.add(warning);
      source.abort(); // the rest would be decoded for nothing
    }
  }

  boolean ofDamage() {
    return !damage.isEmpty();
  }

  /** What is thrown where there is damage. */
  MalformedImageException failure() {
    String first = damage.get(0);
    return isCut(first.toLowerCase(Locale.ROOT))
        ? new MalformedImageException(
            "truncated", format + " ends before its pixels do: " + ImageReaders.oneLine(first))
        : new MalformedImageException(
            "corrupt", format + " pixels are damaged: " + ImageReaders.oneLine(first));
  }

  private static boolean isCut(String text) {
    return text.contains("premature end") || text.contains("truncat") || text.contains("eof");
  }

  /** Whether all that is left over before the end of a JPEG is padding. */
  private boolean paddedEnd(String text) {
    Matcher left = BEFORE_END.matcher(text);
    return left.find() && padding.test(Integer.parseInt(left.group(1)));
  }
}
