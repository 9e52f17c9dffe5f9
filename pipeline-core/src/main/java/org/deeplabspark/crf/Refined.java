package org.deeplabspark.crf;

import org.deeplabspark.image.LabelMask;

/**
 * A photograph's labels.
 *
 * @param mask of the photograph's size: the label with the largest marginal at each pixel, the
 *     first of equal ones
 * @param meanConfidence mean over the pixels of that label's marginal
 * @param changedFraction share of the pixels, in [0, 1], whose label is not the network's own,
 *     which is the one with the largest score, the first of equal ones
 */
public record Refined(LabelMask mask, float meanConfidence, double changedFraction) {}
