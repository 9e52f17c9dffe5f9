package org.deeplabspark.train;

import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.RgbImage;

/**
 * An image and its labels in memory, of one size.
 *
 * @param truth class numbers; {@link LabelMask#VOID} where there is none
 */
record Sample(RgbImage image, LabelMask truth) {}
