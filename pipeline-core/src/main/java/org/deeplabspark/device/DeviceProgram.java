package org.deeplabspark.device;

/**
 * Compiled source.
 *
 * @param handle the library's name for it
 */
public record DeviceProgram(long handle) {}
