package org.deeplabspark.device;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** NVIDIA's compiler at run time: OpenCL C behind a prelude that says it in CUDA's words. */
final class Nvrtc {

  private static final List<String> NAMES =
      List.of("libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "nvrtc");

  private final NativeLibrary library;

  private Nvrtc(NativeLibrary library) {
    this.library = library;
  }

  /**
   * Opens the compiler.
   *
   * @throws DeviceException if there is none
   */
  static Nvrtc open() {
    for (String name : NAMES) {
      try {
        return new Nvrtc(NativeLibrary.getInstance(name));
      } catch (UnsatisfiedLinkError e) {
        // another version may be there
      }
    }
    throw new DeviceException("CUDA: no compiler, looked for " + String.join(", ", NAMES));
  }

  /**
   * Compiles source to code of one kind of GPU.
   *
   * @param capability of the GPU, ten times the major number and the minor one
   * @throws DeviceException with the compiler's first complaint
   */
  Memory compile(String source, Map<String, Integer> constants, int capability) {
    List<String> options =
        new ArrayList<>(List.of("--gpu-architecture=sm_" + capability, "--fmad=false"));
    constants.forEach((name, value) -> options.add("-D" + name + "=" + value));
    PointerByReference created = new PointerByReference();
    run(
        "nvrtcCreateProgram",
        created,
        Prelude.read("cuda.h") + source,
        "kernels.cl",
        0,
        null,
        null);
    Pointer program = created.getValue();
    try {
      int code =
          call("nvrtcCompileProgram", program, options.size(), options.toArray(new String[0]));
      if (code != 0) {
        throw new DeviceException("CUDA: cannot compile the kernels: " + complaint(program));
      }
      Memory binary = new Memory(size("nvrtcGetCUBINSize", program));
      run("nvrtcGetCUBIN", program, binary);
      return binary;
    } finally {
      call("nvrtcDestroyProgram", created);
    }
  }

  private String complaint(Pointer program) {
    Memory log = new Memory(size("nvrtcGetProgramLogSize", program) + 1);
    log.clear();
    run("nvrtcGetProgramLog", program, log);
    return CompilerLog.firstComplaint(log.getString(0));
  }

  private long size(String function, Pointer program) {
    LongByReference size = new LongByReference();
    run(function, program, size);
    return size.getValue();
  }

  private void run(String function, Object... arguments) {
    int code = call(function, arguments);
    if (code != 0) {
      throw new DeviceException(String.format("CUDA: %s failed with code %d", function, code));
    }
  }

  private int call(String function, Object... arguments) {
    return library.getFunction(function).invokeInt(arguments);
  }
}
