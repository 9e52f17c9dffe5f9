package org.deeplabspark.device;

import com.sun.jna.Memory;
import java.util.Map;

/**
 * A compute device with one queue: what is asked of it is done in that order. Kernels are written
 * in OpenCL C 1.2 and use its core features only; every implementation compiles the same source.
 *
 * <p>Any thread may use a device, but only one at a time.
 */
public interface Device extends AutoCloseable {

  /** Library, number and maker's name, such as {@code opencl:0 NVIDIA H100}. */
  String name();

  /** Whether it is a graphics processor, rather than the machine's own cores. */
  boolean isGpu();

  /** Bytes of its memory, free or not. */
  long memoryBytes();

  /** Bytes that one buffer may have. */
  long largestBufferBytes();

  /**
   * Makes a buffer, whose contents are undefined.
   *
   * @param bytes at least 1
   * @throws DeviceMemoryException if there is no room for it
   */
  DeviceBuffer allocate(long bytes);

  /** Frees a buffer once what was asked before is done. */
  void release(DeviceBuffer buffer);

  /**
   * Copies all of {@code from} to the start of a buffer; {@code from} may be changed afterwards.
   */
  void write(DeviceBuffer to, Memory from);

  /** Copies from the start of a buffer until {@code to} is full, when all before is done. */
  void read(DeviceBuffer from, Memory to);

  /**
   * Compiles source.
   *
   * @param source OpenCL C
   * @param constants macros that it sees
   * @throws DeviceException with the compiler's first complaint
   */
  DeviceProgram compile(String source, Map<String, Integer> constants);

  /** Looks up a kernel. */
  DeviceKernel kernel(DeviceProgram program, String name);

  /**
   * Starts a kernel on rows of work-groups.
   *
   * @param groups work-groups of a row, at least 1
   * @param groupSize work-items of a group, 1 to 256
   * @param rows second dimension of the grid, each work-group has one row, at least 1
   * @param arguments a {@link DeviceBuffer}, Integer or Float for each parameter
   */
  void launch(DeviceKernel kernel, int groups, int groupSize, int rows, Object... arguments);

  /** Waits until all that was asked is done. */
  void finish();

  /** Gives the device back; buffers, programs and kernels are gone. */
  @Override
  void close();
}
