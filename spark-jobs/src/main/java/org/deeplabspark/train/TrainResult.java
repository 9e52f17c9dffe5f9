package org.deeplabspark.train;

import java.util.OptionalDouble;

/**
 * What came of a training.
 *
 * @param iterations minibatches of each worker
 * @param epochs times that each image was seen
 * @param loss running mean of the cross-entropy at the end
 * @param meanIou of the model that was written, in [0, 1]; empty without validation images
 */
public record TrainResult(int iterations, double epochs, double loss, OptionalDouble meanIou) {}
