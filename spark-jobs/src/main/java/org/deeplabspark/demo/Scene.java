package org.deeplabspark.demo;

import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.RgbImage;

/**
 * One synthetic photograph and its ground truth, of the same size.
 *
 * @param image the picture, noise included
 * @param truth ids of {@link SceneClass}, {@link LabelMask#VOID} on the border round each object
 */
public record Scene(RgbImage image, LabelMask truth) {}
