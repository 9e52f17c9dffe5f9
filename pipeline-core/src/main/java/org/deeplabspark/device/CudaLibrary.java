package org.deeplabspark.device;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The functions of CUDA's driver, which is part of NVIDIA's own. */
final class CudaLibrary {

  private static final String NAME = "libcuda.so.1";
  private static final int OUT_OF_MEMORY = 2;

  private final NativeLibrary library;
  private final Map<String, Function> functions = new ConcurrentHashMap<>();

  private CudaLibrary(NativeLibrary library) {
    this.library = library;
  }

  /**
   * Opens and initialises the driver.
   *
   * @throws DeviceException if there is none, or it finds no GPU
   */
  static CudaLibrary open() {
    try {
      CudaLibrary cuda = new CudaLibrary(NativeLibrary.getInstance(NAME));
      cuda.run("cuInit", 0);
      return cuda;
    } catch (UnsatisfiedLinkError e) {
      throw new DeviceException("CUDA: no " + NAME);
    }
  }

  /** Number of GPUs that the process may see. */
  int devices() {
    IntByReference count = new IntByReference();
    run("cuDeviceGetCount", count);
    return count.getValue();
  }

  int device(int index) {
    IntByReference device = new IntByReference();
    run("cuDeviceGet", device, index);
    return device.getValue();
  }

  String deviceName(int device) {
    Memory text = new Memory(256);
    run("cuDeviceGetName", text, (int) text.size(), device);
    return text.getString(0);
  }

  long memoryBytes(int device) {
    LongByReference bytes = new LongByReference();
    run("cuDeviceTotalMem_v2", bytes, device);
    return bytes.getValue();
  }

  int attribute(int device, int attribute) {
    IntByReference value = new IntByReference();
    run("cuDeviceGetAttribute", value, attribute, device);
    return value.getValue();
  }

  /** Calls a function whose first argument receives a handle. */
  Pointer create(String function, Object... more) {
    PointerByReference created = new PointerByReference();
    Object[] arguments = new Object[more.length + 1];
    arguments[0] = created;
    System.arraycopy(more, 0, arguments, 1, more.length);
    run(function, arguments);
    return created.getValue();
  }

  /** Calls a function that must succeed. */
  void run(String function, Object... arguments) {
    int code = call(function, arguments);
    if (code != 0) {
      String message = String.format("CUDA: %s failed with code %d", function, code);
      throw code == OUT_OF_MEMORY
          ? new DeviceMemoryException(message)
          : new DeviceException(message);
    }
  }

  /** Calls a function and returns its error code. */
  int call(String function, Object... arguments) {
    return functions.computeIfAbsent(function, library::getFunction).invokeInt(arguments);
  }
}
