package org.deeplabspark.device;

import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the devices of this machine. NVIDIA's GPUs are reached by CUDA, and where that or its
 * compiler is missing by OpenCL, like those of all other makers.
 */
public final class Devices {

  /** Where the vendors of OpenCL leave a file with their library's name; loaders look there too. */
  private static final Path VENDORS =
      Path.of(System.getenv().getOrDefault("OCL_ICD_VENDORS", "/etc/OpenCL/vendors"));

  private static final String LOADER = "libOpenCL.so.1";

  /** Containers get this library of NVIDIA's, but not always its file in {@link #VENDORS}. */
  private static final String NVIDIA = "libnvidia-opencl.so.1";

  /** A device of OpenCL's. */
  private record Found(OpenClLibrary library, Pointer device) {

    boolean isGpu() {
      return OpenClDevice.isGpu(library, device);
    }

    int pciBus() {
      return OpenClDevice.pciBus(library, device);
    }
  }

  private Devices() {}

  /**
   * Opens a GPU.
   *
   * @param index Spark's address of the GPU, 0 where it assigns none: CUDA's number of it; for
   *     OpenCL the place in the order of their PCI buses, which is how {@code nvidia-smi} counts
   * @param orOther whether a device that is no GPU, such as PoCL's, will do where there is no GPU
   * @throws DeviceException if there is no such device; one line that says what was looked for
   */
  public static Device open(int index, boolean orOther) {
    List<String> missing = new ArrayList<>();
    try {
      CudaLibrary cuda = CudaLibrary.open();
      if (index < cuda.devices()) {
        return new CudaDevice(cuda, Nvrtc.open(), index);
      }
      missing.add("CUDA: no GPU " + index);
    } catch (DeviceException e) {
      missing.add(e.getMessage());
    }
    List<Found> devices = openCl(missing);
    List<Found> gpus = devices.stream().filter(Found::isGpu).toList();
    if (index < gpus.size()) {
      return open(gpus, index);
    }
    if (orOther && gpus.isEmpty() && !devices.isEmpty()) {
      return open(devices, 0);
    }
    if (!gpus.isEmpty()) {
      missing.add("OpenCL: no GPU " + index);
    } else if (!devices.isEmpty()) {
      missing.add("OpenCL: only devices that are no GPUs");
    }
    throw new DeviceException("No compute device: " + String.join("; ", missing));
  }

  /** Opens every device of one kind of library, for whoever compares them; the caller closes. */
  public static List<Device> openAll() {
    List<Device> opened = new ArrayList<>();
    try {
      CudaLibrary cuda = CudaLibrary.open();
      for (int index = 0; index < cuda.devices(); index++) {
        opened.add(new CudaDevice(cuda, Nvrtc.open(), index));
      }
    } catch (DeviceException none) {
      // OpenCL's may be there.
    }
    List<Found> found = openCl(new ArrayList<>());
    for (int index = 0; index < found.size(); index++) {
      opened.add(open(found, index));
    }
    return opened;
  }

  private static Device open(List<Found> devices, int index) {
    Found found = devices.get(index);
    return new OpenClDevice(found.library(), index, found.device());
  }

  /** Devices that OpenCL finds, ordered by their PCI buses. */
  private static List<Found> openCl(List<String> missing) {
    List<Found> found = new ArrayList<>();
    int before = missing.size();
    for (OpenClLibrary library : libraries(missing)) {
      for (Pointer device : library.devices()) {
        found.add(new Found(library, device));
      }
    }
    if (found.isEmpty() && missing.size() == before) {
      missing.add("OpenCL: its libraries are there and find no device");
    }
    found.sort(Comparator.comparingInt(Found::pciBus));
    return found;
  }

  private static List<OpenClLibrary> libraries(List<String> missing) {
    try {
      return OpenClLibrary.open(LOADER);
    } catch (UnsatisfiedLinkError noLoader) {
      List<OpenClLibrary> libraries = new ArrayList<>();
      List<String> broken = new ArrayList<>();
      for (String name : vendors()) {
        try {
          libraries.addAll(OpenClLibrary.open(name));
        } catch (UnsatisfiedLinkError e) {
          broken.add(name);
        }
      }
      broken.remove(NVIDIA);
      if (!broken.isEmpty()) {
        missing.add("OpenCL: cannot load " + String.join(", ", broken));
      } else if (libraries.isEmpty()) {
        missing.add("OpenCL: no " + LOADER + " and no vendor's library in " + VENDORS);
      }
      return libraries;
    }
  }

  private static List<String> vendors() {
    List<String> names = new ArrayList<>(List.of(NVIDIA));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(VENDORS, "*.icd")) {
      for (Path file : files) {
        names.add(firstLine(file));
      }
    } catch (IOException e) {
      return names; // no such directory: no vendor has installed anything
    }
    return names.stream().filter(name -> !name.isEmpty()).distinct().sorted().toList();
  }

  /** A name that cannot be read is one that cannot be loaded, and says which file it was. */
  private static String firstLine(Path file) {
    try {
      return Files.readAllLines(file).stream().findFirst().orElse("").strip();
    } catch (IOException e) {
      return file.toString();
    }
  }
}
