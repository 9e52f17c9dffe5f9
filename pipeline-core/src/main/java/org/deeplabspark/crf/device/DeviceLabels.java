package org.deeplabspark.crf.device;

import org.deeplabspark.image.LabelMask;

/**
 * What the CRF says of a photograph.
 *
 * @param mask the label of each pixel's largest marginal
 * @param meanConfidence mean of those marginals
 * @param changedFraction share of the pixels whose label is not that of the largest score
 */
public record DeviceLabels(LabelMask mask, float meanConfidence, double changedFraction) {}
