package org.deeplabspark.device;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An NVIDIA GPU by CUDA's driver. It works in the GPU's primary context, which ONNX Runtime uses
 * too: the GPU need not switch between two.
 */
final class CudaDevice implements Device {

  // Values of cuda.h.
  private static final int CAPABILITY_MAJOR = 75;
  private static final int CAPABILITY_MINOR = 76;
  private static final int NON_BLOCKING_STREAM = 1;

  private static final int MOST_ARGUMENTS = 32;

  private final CudaLibrary cuda;
  private final Nvrtc compiler;
  private final int index;
  private final int device;
  private final int capability;
  private final Pointer context;
  private final Pointer stream;
  private final Set<DeviceBuffer> buffers = new HashSet<>();
  private final List<Pointer> modules = new ArrayList<>();
  private final Memory values = new Memory((long) Long.BYTES * MOST_ARGUMENTS);
  private final Memory addresses = new Memory((long) Long.BYTES * MOST_ARGUMENTS);
  private Thread current; // that the context belongs to
  private boolean closed;

  /**
   * Opens a GPU.
   *
   * @param index as CUDA counts, and as Spark's addresses are taken for the network
   * @throws DeviceException if it does not answer
   */
  CudaDevice(CudaLibrary cuda, Nvrtc compiler, int index) {
    this.cuda = cuda;
    this.compiler = compiler;
    this.index = index;
    device = cuda.device(index);
    capability =
        10 * cuda.attribute(device, CAPABILITY_MAJOR) + cuda.attribute(device, CAPABILITY_MINOR);
    context = cuda.create("cuDevicePrimaryCtxRetain", device);
    enter();
    stream = cuda.create("cuStreamCreate", NON_BLOCKING_STREAM);
  }

  /** Contexts belong to threads. */
  private void enter() {
    if (current != Thread.currentThread()) {
      cuda.run("cuCtxSetCurrent", context);
      current = Thread.currentThread();
    }
  }

  @Override
  public String name() {
    return "cuda:" + index + " " + cuda.deviceName(device);
  }

  @Override
  public boolean isGpu() {
    return true;
  }

  @Override
  public long memoryBytes() {
    return cuda.memoryBytes(device);
  }

  @Override
  public long largestBufferBytes() {
    return memoryBytes();
  }

  @Override
  public DeviceBuffer allocate(long bytes) {
    enter();
    LongByReference address = new LongByReference();
    cuda.run("cuMemAlloc_v2", address, bytes);
    DeviceBuffer buffer = new DeviceBuffer(address.getValue(), bytes);
    buffers.add(buffer);
    return buffer;
  }

  @Override
  public void release(DeviceBuffer buffer) {
    finish();
    buffers.remove(buffer);
    cuda.run("cuMemFree_v2", buffer.handle());
  }

  @Override
  public void write(DeviceBuffer to, Memory from) {
    enter();
    // From memory that is not locked, it returns when that has been copied.
    cuda.run("cuMemcpyHtoDAsync_v2", to.handle(), from, from.size(), stream);
  }

  @Override
  public void read(DeviceBuffer from, Memory to) {
    enter();
    cuda.run("cuMemcpyDtoHAsync_v2", to, from.handle(), to.size(), stream);
    finish();
  }

  @Override
  public DeviceProgram compile(String source, Map<String, Integer> constants) {
    enter();
    Pointer module =
        cuda.create("cuModuleLoadData", compiler.compile(source, constants, capability));
    modules.add(module);
    return new DeviceProgram(Pointer.nativeValue(module));
  }

  @Override
  public DeviceKernel kernel(DeviceProgram program, String name) {
    enter();
    Pointer function = cuda.create("cuModuleGetFunction", program.handle(), name);
    return new DeviceKernel(Pointer.nativeValue(function), name);
  }

  @Override
  public void launch(
      DeviceKernel kernel, int groups, int groupSize, int rows, Object... arguments) {
    enter();
    for (int i = 0; i < arguments.length; i++) {
      long at = (long) Long.BYTES * i;
      Arguments.put(arguments[i], values, at);
      addresses.setPointer(at, values.share(at));
    }
    cuda.run(
        "cuLaunchKernel",
        kernel.handle(),
        groups,
        rows,
        1,
        groupSize,
        1,
        1,
        0,
        stream,
        addresses,
        null);
  }

  @Override
  public void finish() {
    enter();
    cuda.run("cuStreamSynchronize", stream);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      enter();
      modules.forEach(module -> cuda.call("cuModuleUnload", module));
      buffers.forEach(buffer -> cuda.call("cuMemFree_v2", buffer.handle()));
      cuda.call("cuStreamDestroy_v2", stream);
      cuda.call("cuDevicePrimaryCtxRelease_v2", device);
    }
  }
}
