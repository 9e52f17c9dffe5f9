package org.deeplabspark.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.jna.Memory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplabspark.testing.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices are found, compile, compute and fail in one line. */
class DevicesTest {

  private static final String ADD_ONE =
      "__kernel void addOne(int count, float add, __global int *values) {"
          + " int i = get_global_id(0); int row = get_global_id(1);"
          + " if (i < count) values[row * count + i] += (int)add; }";

  private static List<Device> devices() {
    List<Device> devices = Devices.openAll();
    assumeThat(devices).as("no OpenCL or CUDA device").isNotEmpty();
    return devices;
  }

  @Test
  void everyDeviceComputes() {
    for (Device device : devices()) {
      try (device) {
        assertThat(device.name()).matches("(opencl|cuda):\\d+ .+");
        assertThat(device.largestBufferBytes()).isBetween(1L << 20, device.memoryBytes());
        assertComputes(device);
      }
    }
  }

  private static void assertComputes(Device device) {
    int[] values = new int[2 * 300];
    values[7] = 41;
    Memory memory = new Memory(4L * values.length);
    memory.write(0, values, 0, values.length);
    DeviceBuffer buffer = device.allocate(memory.size());
    device.write(buffer, memory);
    memory.clear();
    DeviceKernel kernel = device.kernel(device.compile(ADD_ONE, Map.of()), "addOne");

    device.launch(kernel, 2, 256, 2, 300, 1f, buffer);
    device.read(buffer, memory);

    for (int i = 0; i < values.length; i++) {
      values[i]++;
    }
    assertThat(memory.getIntArray(0, values.length)).isEqualTo(values);
    device.release(buffer);
    device.finish();
  }

  /** Where no loader is installed, the vendors' own libraries are opened. */
  @Test
  void vendorsLibrariesNeedNoLoader() throws IOException {
    List<OpenClLibrary> found = new ArrayList<>();
    for (String name : vendors()) {
      found.addAll(OpenClLibrary.open(name));
    }
    assumeThat(found).as("no vendor's library").isNotEmpty();
    for (OpenClLibrary library : found) {
      library
          .devices()
          .forEach(
              handle -> {
                try (Device device = new OpenClDevice(library, 0, handle)) {
                  assertComputes(device);
                }
              });
    }
  }

  private static List<String> vendors() throws IOException {
    Path folder = Path.of("/etc/OpenCL/vendors");
    List<String> names = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.icd")) {
        for (Path file : files) {
          names.add(Files.readString(file).strip());
        }
      }
    }
    return names;
  }

  @Test
  void sourceThatDoesNotCompileIsOneLine() {
    for (Device device : devices()) {
      try (device) {
        assertThatThrownBy(() -> device.compile("__kernel void broken( {", Map.of()))
            .isInstanceOf(DeviceException.class)
            .hasMessageContaining("cannot compile the kernels")
            .message()
            .doesNotContain("\n");
        assertComputes(device);
      }
    }
  }

  @Test
  void aBufferThatIsTooLargeIsRefusedAndHarmless() {
    for (Device device : devices()) {
      try (device) {
        assertThatThrownBy(() -> device.allocate(1L << 50))
            .isInstanceOf(DeviceMemoryException.class);
        assertComputes(device);
      }
    }
  }

  @Test
  void aMachineWithoutDevicesSaysWhatIsMissing(@TempDir Path empty)
      throws IOException, InterruptedException {
    ChildJvm child =
        ChildJvm.run(Map.of("OCL_ICD_VENDORS", empty.toString()), List.of(), OpenFirstDevice.class);

    assumeThat(child.output()).as("an NVIDIA GPU").doesNotStartWith("cuda:");
    assertThat(child.output())
        .matches("No compute device: CUDA: no libcuda.so.1; OpenCL: (its .+|no .+ in .+)");
  }

  /** Files that name nothing that can be loaded hide no other vendor's. */
  @Test
  void brokenVendorsHideNoOthersAndAreNamed(@TempDir Path folder)
      throws IOException, InterruptedException {
    Files.write(folder.resolve("a.icd"), new byte[] {(byte) 0xff, (byte) 0xfe, 1, 2});
    Files.writeString(folder.resolve("b.icd"), "libno-such-thing.so\n");
    Files.writeString(folder.resolve("c.icd"), "");
    Map<String, String> environment = Map.of("OCL_ICD_VENDORS", folder.toString());
    String broken = ChildJvm.run(environment, List.of(), OpenFirstDevice.class).output();
    assumeThat(broken).as("an NVIDIA GPU").doesNotStartWith("cuda:");
    assumeThat(broken).as("a loader").doesNotContain("its libraries");
    assertThat(broken).contains("cannot load").contains("a.icd").contains("libno-such-thing.so");

    List<String> vendors = vendors();
    assumeThat(vendors).as("no vendor's library").isNotEmpty();
    Files.writeString(folder.resolve("d.icd"), vendors.get(0) + "\n");
    assertThat(ChildJvm.run(environment, List.of(), OpenFirstDevice.class).output())
        .startsWith("opencl:0 ");
  }

  /** As PoCL where it may not write its kernel cache. */
  @Test
  void librariesWithoutADeviceAreMentioned() throws IOException, InterruptedException {
    assumeThat(String.join(" ", vendors())).as("PoCL").contains("pocl");
    assertThat(
            ChildJvm.run(Map.of("POCL_DEVICES", "nonsense"), List.of(), OpenFirstDevice.class)
                .output())
        .endsWith("; OpenCL: its libraries are there and find no device");
  }

  /** HotSpot's own use of SIGSEGV would take Clang's file away, or end the process. */
  @Test
  void faultsThatTheVirtualMachineHandlesDisturbNoCompilation()
      throws IOException, InterruptedException {
    assumeThat(String.join(" ", vendors())).as("PoCL").contains("pocl");
    ChildJvm child =
        ChildJvm.run(
            Map.of(),
            List.of("-XX:CompileCommand=exclude," + CompileBesideFaults.class.getName() + "::read"),
            CompileBesideFaults.class);
    assertThat(child.exit()).as(child.errors()).isZero();
    assertThat(child.output()).endsWith("compiled " + CompileBesideFaults.PROGRAMS);
  }

  /** Compiles while threads read through null, which the interpreter notices by SIGSEGV. */
  static final class CompileBesideFaults {

    static final int PROGRAMS = 40;
    private static final int THREADS = 3;

    private final int value = Integer.parseInt("1");

    private CompileBesideFaults() {}

    private static int read(CompileBesideFaults from) {
      return from.value;
    }

    private static void fault() {
      while (true) {
        assertThatNullPointerException().isThrownBy(() -> read(null));
      }
    }

    public static void main(String[] arguments) {
      try (Device device = Devices.open(0, true)) {
        for (int i = 0; i < THREADS; i++) {
          Thread faults = new Thread(CompileBesideFaults::fault);
          faults.setDaemon(true);
          faults.start();
        }
        for (int i = 0; i < PROGRAMS; i++) {
          // Never one that the cache has.
          String value = String.valueOf(System.nanoTime());
          device.compile(
              "__kernel void set(__global float *x) { x[get_global_id(0)] = " + value + "; }",
              Map.of());
        }
      }
      System.out.println("compiled " + PROGRAMS);
    }
  }

  /** Prints the device's name, or why there is none. */
  static final class OpenFirstDevice {

    private OpenFirstDevice() {}

    public static void main(String[] arguments) {
      try (Device device = Devices.open(0, true)) {
        System.out.println(device.name());
      } catch (DeviceException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
