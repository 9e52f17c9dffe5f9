package org.deeplabspark.segment;

import java.util.Optional;
import org.deeplabspark.crf.CrfSettings;

/**
 * How images are labelled.
 *
 * @param maxMegapixels images that claim more are refused; above 0, at most 700
 * @param crf the CRF, or nothing for the network's own labels
 */
public record SegmentSettings(double maxMegapixels, Optional<CrfSettings> crf) {}
