package org.deeplabspark.label;

import java.util.Locale;

/**
 * What a run of {@code segment} did; counts are of rows written, not of accumulators.
 *
 * @param runId name of the run
 * @param images found in the input
 * @param masks rows this run added to {@code masks}
 * @param errors rows this run added to {@code errors}
 * @param unchanged images that an earlier run had labelled from the same content, model and
 *     settings, wherever they were then
 * @param kept images that cannot be read now, and whose earlier masks stay
 * @param forgotten rows that went, since their files are gone
 * @param leftOut what was seen and is no input, beginning with a semicolon; empty for nothing
 * @param seconds from the first look at the input to the last rename
 * @param tooManyBad whether errors exceed {@code segment.max-bad-fraction} of the images in the
 *     input
 * @param verdict one line: what most of the time went into
 */
public record SegmentOutcome(
    String runId,
    long images,
    long masks,
    long errors,
    long unchanged,
    long kept,
    long forgotten,
    String leftOut,
    double seconds,
    boolean tooManyBad,
    String verdict) {

  /** The sentence that the command prints. */
  public String sentence() {
    return String.format(
        Locale.ROOT,
        "%d images: %d masks, %d errors, %d done already%s%s; %.1f s, %.2f images/s%s",
        images,
        masks,
        errors,
        unchanged,
        kept == 0 ? "" : ", " + kept + " cannot be read now and keep their earlier masks",
        forgotten == 0 ? "" : ", " + forgotten + " rows of files that are gone dropped",
        seconds,
        (masks + errors) / Math.max(seconds, 1e-3),
        leftOut);
  }
}
