/**
 * The dense CRF on a compute device, for several photographs at once.
 *
 * <p>Start with {@link org.deeplabspark.crf.device.DeviceCrf}; the kernels are in the resources
 * beside it. It computes what {@link org.deeplabspark.crf.DenseCrf} computes, in other orders of
 * addition: the vertices are the same, and the same bytes come out in every run, in every batch and
 * on any number of cores.
 */
package org.deeplabspark.crf.device;
