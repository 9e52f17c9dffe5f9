/**
 * Planar float maps: bilinear resampling, softmax, and networks' scores. The lowest package: it
 * imports no other.
 */
package org.deeplabspark.tensor;
