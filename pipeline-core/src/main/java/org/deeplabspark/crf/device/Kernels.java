package org.deeplabspark.crf.device;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplabspark.device.Device;
import org.deeplabspark.device.DeviceKernel;
import org.deeplabspark.device.DeviceProgram;

/** The CRF's kernels, compiled for a number of features and of labels when first asked for. */
final class Kernels {

  /** Work-items of a group. */
  static final int GROUP = 256;

  /** Values that a work-item of a sum or a sort works on. */
  static final int EACH = 4;

  /** Entries of a vertex that one work-item adds up. */
  static final int CHUNK = 64;

  private final Device device;
  private final Map<Map<String, Integer>, Map<List<String>, Compiled>> compiled = new HashMap<>();

  Kernels(Device device) {
    this.device = device;
  }

  Device device() {
    return device;
  }

  /**
   * Quads for so many labels, in few sizes, as each takes a compilation: powers of 2, and as many
   * as all labels need.
   */
  static int quads(int labels, int allLabels) {
    int needed = (labels + 3) / 4;
    int power = Integer.highestOneBit(needed);
    return Math.min(needed == power ? power : 2 * power, (allLabels + 3) / 4);
  }

  /** Prefix sums and sorts. */
  Compiled integers() {
    return compiled(Map.of("GROUP", GROUP), "integers.cl");
  }

  /** Vertices of lattices. */
  Compiled lattice(int corners) {
    return compiled(Map.of("CORNERS", corners, "CHUNK", CHUNK, "GROUP", GROUP), "lattice.cl");
  }

  /** Filters on lattices. */
  Compiled filter(int corners, int quads) {
    return compiled(
        Map.of("CORNERS", corners, "CHUNK", CHUNK, "QUADS", quads, "GROUP", GROUP),
        "softmax.cl",
        "filter.cl");
  }

  /** Scores to energies, marginals to labels. */
  Compiled labels(int quads) {
    return compiled(Map.of("QUADS", quads, "GROUP", GROUP), "softmax.cl", "labels.cl");
  }

  private Compiled compiled(Map<String, Integer> constants, String... sources) {
    return compiled
        .computeIfAbsent(new TreeMap<>(constants), any -> new HashMap<>())
        .computeIfAbsent(List.of(sources), files -> compile(constants, files));
  }

  private Compiled compile(Map<String, Integer> constants, List<String> files) {
    StringBuilder source = new StringBuilder();
    files.forEach(file -> source.append(read(file)));
    return new Compiled(
        device.compile(source.toString(), constants), constants.getOrDefault("QUADS", 1));
  }

  private static String read(String file) {
    try (InputStream text = Kernels.class.getResourceAsStream(file)) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A program and its kernels. */
  final class Compiled {

    private final DeviceProgram program;
    private final int quads;
    private final Map<String, DeviceKernel> byName = new HashMap<>();

    private Compiled(DeviceProgram program, int quads) {
      this.program = program;
      this.quads = quads;
    }

    /** Runs a work-item each; some more may run and must do nothing. */
    void each(String name, long items, Object... arguments) {
      rows(name, items, 1, arguments);
    }

    /** Likewise in several rows. */
    void rows(String name, long items, int rows, Object... arguments) {
      device.launch(kernel(name), groups(items, GROUP), GROUP, rows, arguments);
    }

    /** Runs a work-item for each four labels of each item, those of an item side by side. */
    void quads(String name, long items, Object... arguments) {
      quadRows(name, items, 1, arguments);
    }

    /** Likewise in several rows. */
    void quadRows(String name, long items, int rows, Object... arguments) {
      int whole = GROUP / quads; // items of a group
      device.launch(kernel(name), groups(items, whole), whole * quads, rows, arguments);
    }

    private DeviceKernel kernel(String name) {
      return byName.computeIfAbsent(name, any -> device.kernel(program, name));
    }
  }

  static int groups(long items, int each) {
    return Math.toIntExact(Math.max(1, (items + each - 1) / each));
  }
}
