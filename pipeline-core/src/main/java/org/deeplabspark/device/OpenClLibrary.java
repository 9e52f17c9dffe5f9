package org.deeplabspark.device;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * OpenCL's functions: those that the system's loader exports, or, where there is no loader, those
 * of a vendor's library. That need not export them: a platform holds their addresses in a table.
 *
 * @see <a href="https://registry.khronos.org/OpenCL/extensions/khr/cl_khr_icd.txt">cl_khr_icd</a>
 */
final class OpenClLibrary {

  /** A function and its place in the table of {@code cl_khr_icd}. */
  enum Call {
    GET_PLATFORM_INFO("clGetPlatformInfo", 1),
    GET_DEVICE_IDS("clGetDeviceIDs", 2),
    GET_DEVICE_INFO("clGetDeviceInfo", 3),
    CREATE_CONTEXT("clCreateContext", 4),
    RELEASE_CONTEXT("clReleaseContext", 7),
    CREATE_QUEUE("clCreateCommandQueue", 9),
    RELEASE_QUEUE("clReleaseCommandQueue", 11),
    CREATE_BUFFER("clCreateBuffer", 14),
    RELEASE_BUFFER("clReleaseMemObject", 18),
    CREATE_PROGRAM("clCreateProgramWithSource", 26),
    RELEASE_PROGRAM("clReleaseProgram", 29),
    BUILD_PROGRAM("clBuildProgram", 30),
    GET_BUILD_INFO("clGetProgramBuildInfo", 33),
    CREATE_KERNEL("clCreateKernel", 34),
    RELEASE_KERNEL("clReleaseKernel", 37),
    SET_ARGUMENT("clSetKernelArg", 38),
    FINISH("clFinish", 47),
    READ("clEnqueueReadBuffer", 48),
    WRITE("clEnqueueWriteBuffer", 49),
    LAUNCH("clEnqueueNDRangeKernel", 59);

    private final String symbol;
    private final int place;

    Call(String symbol, int place) {
      this.symbol = symbol;
      this.place = place;
    }
  }

  static final int SUCCESS = 0;

  private static final int DEVICE_NOT_FOUND = -1;
  private static final int PLATFORM_NOT_FOUND_KHR = -1001;
  private static final long ALL_DEVICES = 0xFFFFFFFFL;
  private static final String PLATFORMS_OF_VENDOR = "clIcdGetPlatformIDsKHR";

  private final Map<Call, Function> functions;
  private final Pointer platform;

  private OpenClLibrary(Map<Call, Function> functions, Pointer platform) {
    this.functions = functions;
    this.platform = platform;
  }

  /**
   * Opens a library, once for each of its platforms.
   *
   * @param name of a loader or a vendor's library, or its path
   * @throws UnsatisfiedLinkError if it cannot be loaded or is no OpenCL library
   */
  static List<OpenClLibrary> open(String name) {
    NativeLibrary library = NativeLibrary.getInstance(name);
    Function vendors = platformsOfVendor(library);
    Function list = vendors == null ? library.getFunction("clGetPlatformIDs") : vendors;
    List<OpenClLibrary> opened = new ArrayList<>();
    for (Pointer platform : pointers(list, new Object[0])) {
      Map<Call, Function> functions = new EnumMap<>(Call.class);
      for (Call call : Call.values()) {
        functions.put(
            call,
            vendors == null
                ? library.getFunction(call.symbol)
                : Function.getFunction(
                    platform.getPointer(0).getPointer((long) Long.BYTES * call.place)));
      }
      opened.add(new OpenClLibrary(functions, platform));
    }
    return opened;
  }

  /** The vendor's own list of platforms, exported or behind its list of extensions; else null. */
  private static Function platformsOfVendor(NativeLibrary library) {
    try {
      return library.getFunction(PLATFORMS_OF_VENDOR);
    } catch (UnsatisfiedLinkError notExported) {
      try {
        Pointer address =
            (Pointer)
                library
                    .getFunction("clGetExtensionFunctionAddress")
                    .invoke(Pointer.class, new Object[] {PLATFORMS_OF_VENDOR});
        return address == null ? null : Function.getFunction(address);
      } catch (UnsatisfiedLinkError none) {
        return null;
      }
    }
  }

  /** Devices of this platform, of any kind. */
  List<Pointer> devices() {
    return pointers(functions.get(Call.GET_DEVICE_IDS), new Object[] {platform, ALL_DEVICES});
  }

  /** Calls a function that lists handles after its other arguments. */
  private static List<Pointer> pointers(Function function, Object[] before) {
    IntByReference count = new IntByReference();
    if (invoke(function, before, 0, null, count) != SUCCESS || count.getValue() == 0) {
      return List.of();
    }
    Pointer[] found = new Pointer[count.getValue()];
    int code = invoke(function, before, found.length, found, null);
    return code == SUCCESS ? List.of(found) : List.of();
  }

  private static int invoke(
      Function function, Object[] before, int room, Pointer[] found, IntByReference count) {
    List<Object> arguments = new ArrayList<>(List.of(before));
    arguments.add(room);
    arguments.add(found);
    arguments.add(count);
    return function.invokeInt(arguments.toArray());
  }

  /** Calls a function that returns an error code. */
  int call(Call call, Object... arguments) {
    return functions.get(call).invokeInt(arguments);
  }

  /** Calls a function that returns a handle, and writes an error code to its last argument. */
  Pointer create(Call call, Object... arguments) {
    IntByReference code = (IntByReference) arguments[arguments.length - 1];
    Pointer created = (Pointer) functions.get(call).invoke(Pointer.class, arguments);
    require(call, code.getValue());
    return created;
  }

  /** Calls a function that must succeed. */
  void run(Call call, Object... arguments) {
    require(call, call(call, arguments));
  }

  private static void require(Call call, int code) {
    if (code != SUCCESS) {
      throw failure(call, code);
    }
  }

  static DeviceException failure(Call call, int code) {
    String message = String.format("OpenCL: %s failed with code %d", call.symbol, code);
    return switch (code) {
      case -4, -5, -6, -61 -> // no memory for an object, out of resources, of host memory; too long
          new DeviceMemoryException(message);
      case DEVICE_NOT_FOUND, PLATFORM_NOT_FOUND_KHR -> new DeviceException("OpenCL: no device");
      default -> new DeviceException(message);
    };
  }
}
