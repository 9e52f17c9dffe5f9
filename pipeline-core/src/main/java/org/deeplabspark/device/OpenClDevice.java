package org.deeplabspark.device;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplabspark.device.OpenClLibrary.Call;

/** A device that OpenCL 1.2 reaches: of AMD, Intel or NVIDIA, or the machine's cores by PoCL. */
final class OpenClDevice implements Device {

  // Values of cl.h.
  private static final int TYPE = 0x1000;
  private static final int MAX_GROUP = 0x1004;
  private static final int LARGEST_BUFFER = 0x1010;
  private static final int FLOATS = 0x101B;
  private static final int MEMORY = 0x101F;
  private static final int NAME = 0x102B;
  private static final int NVIDIA_PCI_BUS = 0x4008;
  private static final int AMD_TOPOLOGY = 0x4037;
  private static final int BUILD_LOG = 0x1183;
  private static final long GPU = 4;
  private static final long EXACT_DIVISION = 1 << 7;
  private static final long READ_AND_WRITE = 1;

  /** Work-items of the largest group that a kernel may ask for. */
  private static final int GROUP = 256;

  /**
   * Clang, which PoCL and others compile with, deletes what it is writing when a signal arrives,
   * and HotSpot uses SIGSEGV for null checks and safepoints: such a compilation fails, the next
   * succeeds.
   */
  private static final int COMPILE_ATTEMPTS = 5;

  private final OpenClLibrary library;
  private final int index;
  private final Pointer device;
  private final Pointer context;
  private final Pointer queue;
  private final Set<DeviceBuffer> buffers = new HashSet<>();
  private final List<DeviceKernel> kernels = new ArrayList<>();
  private final List<DeviceProgram> programs = new ArrayList<>();
  private final Memory word = new Memory(Long.BYTES);
  private boolean closed;

  /**
   * Opens a device.
   *
   * @param index for its name
   * @param device one of the library's
   * @throws DeviceException if it does not answer, or has too small work-groups
   */
  OpenClDevice(OpenClLibrary library, int index, Pointer device) {
    this.library = library;
    this.index = index;
    this.device = device;
    if (number(MAX_GROUP) < GROUP) {
      throw new DeviceException(
          String.format(
              "OpenCL: %s has work-groups of %d, needed are %d", name(), number(MAX_GROUP), GROUP));
    }
    PointerByReference one = new PointerByReference(device);
    context = library.create(Call.CREATE_CONTEXT, null, 1, one, null, null, new IntByReference());
    queue = library.create(Call.CREATE_QUEUE, context, device, 0L, new IntByReference());
    // LLVM catches signals from the first compilation on: let that be a short one.
    compile("__kernel void nothing() {}", Map.of());
  }

  @Override
  public String name() {
    Memory text = new Memory(1024);
    library.run(Call.GET_DEVICE_INFO, device, NAME, text.size(), text, null);
    return "opencl:" + index + " " + text.getString(0).strip();
  }

  @Override
  public boolean isGpu() {
    return isGpu(library, device);
  }

  static boolean isGpu(OpenClLibrary library, Pointer device) {
    return (number(library, device, TYPE) & GPU) != 0;
  }

  /** The number of its PCI bus, which orders devices as {@code nvidia-smi} does; -1 if unknown. */
  static int pciBus(OpenClLibrary library, Pointer device) {
    Memory value = new Memory(32);
    if (library.call(Call.GET_DEVICE_INFO, device, NVIDIA_PCI_BUS, 4L, value, null) == 0) {
      return value.getInt(0);
    }
    // cl_device_topology_amd: a type, 17 unused bytes, then bus, device and function.
    return library.call(Call.GET_DEVICE_INFO, device, AMD_TOPOLOGY, 24L, value, null) == 0
        ? value.getByte(21) & 0xff
        : -1;
  }

  @Override
  public long memoryBytes() {
    return number(MEMORY);
  }

  @Override
  public long largestBufferBytes() {
    return number(LARGEST_BUFFER);
  }

  private long number(int what) {
    return number(library, device, what);
  }

  private static long number(OpenClLibrary library, Pointer device, int what) {
    Memory value = new Memory(Long.BYTES);
    value.clear();
    library.run(Call.GET_DEVICE_INFO, device, what, value.size(), value, null);
    return value.getLong(0);
  }

  @Override
  public DeviceBuffer allocate(long bytes) {
    Pointer buffer =
        library.create(
            Call.CREATE_BUFFER, context, READ_AND_WRITE, bytes, null, new IntByReference());
    DeviceBuffer made = new DeviceBuffer(Pointer.nativeValue(buffer), bytes);
    buffers.add(made);
    return made;
  }

  @Override
  public void release(DeviceBuffer buffer) {
    buffers.remove(buffer);
    library.run(Call.RELEASE_BUFFER, buffer.handle());
  }

  @Override
  public void write(DeviceBuffer to, Memory from) {
    library.run(Call.WRITE, queue, to.handle(), 1, 0L, from.size(), from, 0, null, null);
  }

  @Override
  public void read(DeviceBuffer from, Memory to) {
    library.run(Call.READ, queue, from.handle(), 1, 0L, to.size(), to, 0, null, null);
  }

  @Override
  public DeviceProgram compile(String source, Map<String, Integer> constants) {
    Pointer program =
        library.create(
            Call.CREATE_PROGRAM,
            context,
            1,
            new String[] {Prelude.read("opencl.h") + source},
            null,
            new IntByReference());
    programs.add(new DeviceProgram(Pointer.nativeValue(program)));
    if (!built(program, options(constants))) {
      throw new DeviceException(
          String.format("OpenCL: %s cannot compile the kernels: %s", name(), complaint(program)));
    }
    return programs.get(programs.size() - 1);
  }

  private boolean built(Pointer program, String options) {
    PointerByReference one = new PointerByReference(device);
    for (int attempt = 0; attempt < COMPILE_ATTEMPTS; attempt++) {
      int code =
          SignalActions.keptOver(
              () -> library.call(Call.BUILD_PROGRAM, program, 1, one, options, null, null));
      if (code == OpenClLibrary.SUCCESS) {
        return true;
      }
    }
    return false;
  }

  private String options(Map<String, Integer> constants) {
    // Divisions need only be right to 2.5 units in the last place where a device has no such mode.
    String division =
        (number(FLOATS) & EXACT_DIVISION) == 0 ? "" : " -cl-fp32-correctly-rounded-divide-sqrt";
    return constants.entrySet().stream()
        .map(constant -> " -D " + constant.getKey() + "=" + constant.getValue())
        .collect(Collectors.joining("", "-cl-std=CL1.2" + division, ""));
  }

  private String complaint(Pointer program) {
    Memory log = new Memory(1 << 16);
    log.clear();
    library.call(Call.GET_BUILD_INFO, program, device, BUILD_LOG, log.size(), log, null);
    return CompilerLog.firstComplaint(log.getString(0));
  }

  @Override
  public DeviceKernel kernel(DeviceProgram program, String name) {
    Pointer kernel =
        library.create(Call.CREATE_KERNEL, program.handle(), name, new IntByReference());
    kernels.add(new DeviceKernel(Pointer.nativeValue(kernel), name));
    return kernels.get(kernels.size() - 1);
  }

  @Override
  public void launch(
      DeviceKernel kernel, int groups, int groupSize, int rows, Object... arguments) {
    for (int i = 0; i < arguments.length; i++) {
      library.run(
          Call.SET_ARGUMENT, kernel.handle(), i, Arguments.put(arguments[i], word, 0), word);
    }
    long[] items = {(long) groups * groupSize, rows};
    long[] group = {groupSize, 1};
    library.run(Call.LAUNCH, queue, kernel.handle(), 2, null, items, group, 0, null, null);
  }

  @Override
  public void finish() {
    library.run(Call.FINISH, queue);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      library.call(Call.FINISH, queue); // an implementation may not wait for what still runs
      buffers.forEach(buffer -> library.call(Call.RELEASE_BUFFER, buffer.handle()));
      kernels.forEach(kernel -> library.call(Call.RELEASE_KERNEL, kernel.handle()));
      programs.forEach(program -> library.call(Call.RELEASE_PROGRAM, program.handle()));
      library.call(Call.RELEASE_QUEUE, queue);
      library.call(Call.RELEASE_CONTEXT, context);
    }
  }
}
