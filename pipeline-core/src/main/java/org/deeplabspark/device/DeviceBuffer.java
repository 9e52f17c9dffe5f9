package org.deeplabspark.device;

/**
 * Memory of a device.
 *
 * @param handle the library's name for it
 * @param bytes its length
 */
public record DeviceBuffer(long handle, long bytes) {}
