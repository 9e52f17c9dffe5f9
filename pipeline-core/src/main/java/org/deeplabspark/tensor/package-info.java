/** Planar float maps: bilinear resampling and softmax. The lowest package: it imports no other. */
package org.deeplabspark.tensor;
