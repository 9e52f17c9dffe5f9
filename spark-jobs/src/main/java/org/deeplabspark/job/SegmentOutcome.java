package org.deeplabspark.job;

import java.util.Locale;

/**
 * What a run of {@code segment} did; counts are of rows written, not of accumulators.
 *
 * @param runId name of the run
 * @param images found in the input
 * @param masks rows this run added to {@code masks}
 * @param errors rows this run added to {@code errors}
 * @param unchanged images that an earlier run had labelled from the same content, model and
 *     settings
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
    double seconds,
    boolean tooManyBad,
    String verdict) {

  /** The sentence that the command prints. */
  public String sentence() {
    return String.format(
        Locale.ROOT,
        "%d images: %d masks, %d errors, %d done already; %.1f s, %.2f images/s",
        images,
        masks,
        errors,
        unchanged,
        seconds,
        (masks + errors) / Math.max(seconds, 1e-3));
  }
}
