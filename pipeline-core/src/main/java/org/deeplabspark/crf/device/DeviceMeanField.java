package org.deeplabspark.crf.device;

import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import org.deeplabspark.crf.device.Workspace.Array;
import org.deeplabspark.device.DeviceBuffer;

/**
 * Energies and marginals of a batch, [pixel][quad] of 4 labels that are laid out, and one energy a
 * pixel for all others.
 */
final class DeviceMeanField {

  private final Kernels kernels;
  private final Array base;
  private final Array others;
  private final Array energies;
  private final Array marginals;
  private final Array shares;
  private int labels;
  private int quads;
  private int pixels;

  DeviceMeanField(Kernels kernels, Workspace workspace) {
    this.kernels = kernels;
    base = workspace.array();
    others = workspace.array();
    energies = workspace.array();
    marginals = workspace.array();
    shares = workspace.array();
  }

  /** Makes room; whoever calls writes {@link #base()} and {@link #others()} next. */
  void reserve(int newLabels, int newQuads, int newPixels) {
    labels = newLabels;
    quads = newQuads;
    pixels = newPixels;
    base.ofFloats(floats());
    others.ofFloats(pixels);
    marginals.ofFloats(floats());
    shares.ofFloats(pixels);
  }

  private long floats() {
    return 4L * quads * pixels;
  }

  /** Energies -U of the labels that are laid out. */
  DeviceBuffer base() {
    return base.buffer();
  }

  /** [pixel], energy of all other labels together. */
  DeviceBuffer others() {
    return others.buffer();
  }

  DeviceBuffer marginals() {
    return marginals.buffer();
  }

  /** [pixel], the largest share that all other labels together have had. */
  DeviceBuffer shares() {
    return shares.buffer();
  }

  int quads() {
    return quads;
  }

  /** Iterates as often as the largest number says, and tells each of the numbers when reached. */
  void iterate(List<DeviceLattice> lattices, Set<Integer> iterations, IntConsumer reached) {
    DeviceBuffer q = marginals();
    kernels.labels(quads).quads("softmaxOf", pixels, pixels, base(), others(), q, shares());
    List<DeviceBuffer> factors =
        lattices.stream().map(lattice -> lattice.factors(labels, quads)).toList();
    int last = iterations.stream().mapToInt(Integer::intValue).max().orElseThrow();
    for (int iteration = 0; ; iteration++) {
      if (iterations.contains(iteration)) {
        reached.accept(iteration);
      }
      if (iteration == last) {
        return;
      }
      DeviceBuffer from = base();
      for (int k = 0; k < lattices.size(); k++) {
        boolean replaces = k == lattices.size() - 1;
        // All kernels read the marginals before the last one replaces them.
        DeviceBuffer to = replaces ? q : energies.ofFloats(floats());
        update(lattices.get(k), factors.get(k), replaces, from, to);
        from = to;
      }
    }
  }

  private void update(
      DeviceLattice lattice,
      DeviceBuffer factors,
      boolean last,
      DeviceBuffer from,
      DeviceBuffer to) {
    DeviceBuffer values = lattice.filter(marginals(), quads);
    kernels
        .filter(lattice.corners(), quads)
        .quads(
            "update",
            pixels,
            pixels,
            labels,
            lattice.square() ? 1 : 0,
            last ? 1 : 0,
            lattice.vertices(),
            lattice.sliceWeights(),
            values,
            factors,
            others(),
            shares(),
            from,
            to);
  }
}
