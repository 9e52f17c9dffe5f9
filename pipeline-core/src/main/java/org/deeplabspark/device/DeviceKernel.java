package org.deeplabspark.device;

/**
 * A function of a program that can be launched.
 *
 * @param handle the library's name for it
 * @param name in the source
 */
public record DeviceKernel(long handle, String name) {}
