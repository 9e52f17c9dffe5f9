/** Compute devices, by OpenCL or CUDA: buffers, programs, launches. Native calls go through JNA. */
package org.deeplabspark.device;
