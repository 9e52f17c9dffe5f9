package org.deeplabspark.crf.device;

import java.util.List;
import org.deeplabspark.crf.Compatibility;
import org.deeplabspark.crf.Normalization;
import org.deeplabspark.crf.PairwiseKernel;
import org.deeplabspark.crf.device.Workspace.Array;
import org.deeplabspark.device.Device;
import org.deeplabspark.device.DeviceBuffer;

/**
 * A kernel's lattices over the photographs of a batch, with the normalisation of their filter.
 *
 * <p>What pixels send is summed by vertex, in the order of the pixels.
 */
final class DeviceLattice {

  private final Kernels kernels;
  private final Device device;
  private final IntegerKernels integers;
  private final LatticeScratch scratch;
  private final int corners;
  private final boolean byPositionOnly;
  private final LatticeStructure structure;
  private final Array factors;
  private final Array pixels;
  private final Array splatWeights;
  private final Array sliceWeights;
  private PairwiseKernel kernel;
  private List<?> builtFor; // null while it is not
  private Normalization normalized;
  private float[] gains; // [image], null while they are not known

  DeviceLattice(
      PairwiseKernel kernel,
      Kernels kernels,
      IntegerKernels integers,
      LatticeScratch scratch,
      Workspace workspace) {
    this.kernel = kernel;
    this.kernels = kernels;
    this.device = kernels.device();
    this.integers = integers;
    this.scratch = scratch;
    corners = kernel.deviations().size() + 1;
    byPositionOnly = kernel instanceof PairwiseKernel.Gaussian;
    structure =
        new LatticeStructure(
            kernel.deviations(), !byPositionOnly, kernels, integers, scratch, workspace);
    factors = workspace.array();
    pixels = workspace.array();
    splatWeights = workspace.array();
    sliceWeights = workspace.array();
  }

  /** Becomes another kernel's lattice, which is the same; false, and unchanged, if it is not. */
  boolean adopt(PairwiseKernel other) {
    if (!kernel.deviations().equals(other.deviations())) {
      return false;
    }
    kernel = other;
    return true;
  }

  int corners() {
    return corners;
  }

  /** [pixel][corner]. */
  DeviceBuffer vertices() {
    return structure.vertices.buffer();
  }

  /** [pixel][corner], with the normalisation. */
  DeviceBuffer sliceWeights() {
    return sliceWeights.buffer();
  }

  /**
   * Copies to the device what messages are multiplied by before they are added to -U, in whole
   * quads: [label], or [other label][label] of {@link #square()} compatibilities. Where not all
   * labels are laid out, they have the same factor.
   */
  DeviceBuffer factors(int labels, int quads) {
    Compatibility compatibility = kernel.compatibility();
    int lanes = 4 * quads;
    float[] energies = new float[square() ? labels * lanes : lanes];
    for (int label = 0; label < Math.min(labels, lanes); label++) {
      if (square()) {
        for (int other = 0; other < labels; other++) {
          energies[other * lanes + label] = -compatibility.energy(label, other);
        }
      } else {
        energies[label] = -compatibility.energy(label, label);
      }
    }
    return NativeCopies.write(device, factors, energies);
  }

  /** Whether labels get messages of others. */
  boolean square() {
    return kernel.compatibility() instanceof Compatibility.Matrix;
  }

  /** Frees its arrays; it must be built again. */
  void release() {
    builtFor = null;
    normalized = null;
    gains = null;
    structure.release();
    List.of(factors, pixels, splatWeights, sliceWeights).forEach(Array::release);
  }

  /**
   * Builds and normalises it for a batch, as far as it is not. A lattice over positions depends on
   * the sizes of the photographs only; else they are the same if they are the same objects.
   */
  void prepare(DeviceBatch batch) {
    List<?> wanted = byPositionOnly ? batch.sizes() : batch.images();
    if (!wanted.equals(builtFor)) {
      builtFor = null;
      normalized = null;
      structure.build(batch);
      builtFor = wanted;
    }
    if (normalized != kernel.normalization()) {
      normalized = null;
      gains = null;
      normalize(batch.pixels());
      normalized = kernel.normalization();
    }
  }

  /** Folds the normalisation into the weights. */
  private void normalize(int count) {
    Normalization how = kernel.normalization();
    int inverse = 1;
    int root = 2;
    scale(0, 0);
    if (how != Normalization.NONE) {
      respond(count);
      switch (how) {
        case BEFORE -> scale(inverse, 0);
        case AFTER -> scale(0, inverse);
        default -> scale(root, root);
      }
    }
  }

  /** The filter's response to ones, [pixel] of four equal ones. */
  private DeviceBuffer respond(int count) {
    DeviceBuffer ones = scratch.ones.ofFloats(4L * count);
    integers.fill(ones, 4L * count, Float.floatToRawIntBits(1));
    DeviceBuffer response = scratch.response.ofFloats(4L * count);
    kernels
        .filter(corners, 1)
        .quads("slice", count, count, vertices(), sliceWeights(), filter(ones, 1), response);
    return response;
  }

  /** Largest value of the normalised filter's response to ones, [image]. */
  float[] gains(DeviceBatch batch) {
    if (gains == null) {
      int images = batch.images().size();
      DeviceBuffer largest = scratch.firsts.ofInts(images);
      integers.fill(largest, images, 0);
      kernels
          .lattice(corners)
          .rows(
              "largestResponse",
              batch.mostPixels(),
              images,
              batch.imageTable(),
              respond(batch.pixels()),
              largest);
      gains = NativeCopies.floats(device, largest, images);
    }
    return gains;
  }

  /** A Potts compatibility's weight; NaN for any other. */
  float weight() {
    return kernel.compatibility() instanceof Compatibility.Potts potts ? potts.weight() : Float.NaN;
  }

  private void scale(int before, int after) {
    kernels
        .lattice(corners)
        .each(
            "scaleWeights",
            structure.entries(),
            structure.entries(),
            before,
            after,
            1 / (1 + (float) Math.pow(2, 1 - corners)),
            structure.order.buffer(),
            structure.weights.buffer(),
            scratch.response.ofFloats(1),
            pixels.ofInts(structure.entries()),
            splatWeights.ofFloats(structure.entries()),
            sliceWeights.ofFloats(structure.entries()));
  }

  /**
   * Splats and blurs.
   *
   * @param q [pixel][quad] of 4 labels
   * @return [vertex][quad], valid until the next call of any lattice
   */
  DeviceBuffer filter(DeviceBuffer q, int quads) {
    long length = 4L * quads * (structure.size() + 1);
    DeviceBuffer values = scratch.values.ofFloats(length);
    DeviceBuffer partial = scratch.partial.ofFloats(4L * quads * structure.chunks());
    Kernels.Compiled filter = kernels.filter(corners, quads);
    filter.quads(
        "splat",
        structure.chunks(),
        structure.chunks(),
        structure.starts.buffer(),
        structure.firstChunks.buffer(),
        structure.chunkVertices.buffer(),
        pixels.buffer(),
        splatWeights.buffer(),
        q,
        values,
        partial);
    filter.quads(
        "joinChunks",
        structure.size() + 1L,
        structure.size(),
        structure.firstChunks.buffer(),
        partial,
        values);
    return byPositionOnly
        ? blur(filter, values, scratch.blurred.ofFloats(length))
        : blurChains(filter, values);
  }

  /** The few long chains of a lattice over positions: a work-item a vertex. */
  private DeviceBuffer blur(Kernels.Compiled filter, DeviceBuffer values, DeviceBuffer spare) {
    DeviceBuffer from = values;
    DeviceBuffer to = spare;
    for (int axis = 0; axis < corners; axis++) {
      filter.quads(
          "blur",
          structure.size() + 1L,
          structure.size(),
          axis,
          structure.neighbours.buffer(),
          from,
          to);
      DeviceBuffer blurred = to;
      to = from;
      from = blurred;
    }
    return from;
  }

  /** The many short chains of a lattice over colours: each value is read and written once. */
  private DeviceBuffer blurChains(Kernels.Compiled filter, DeviceBuffer values) {
    for (int axis = 0; axis < corners; axis++) {
      int first = structure.firstChain(axis);
      int end = structure.firstChain(axis + 1);
      if (end > first) {
        filter.quads(
            "blurChains",
            end - first,
            first,
            end,
            structure.chainStarts.buffer(),
            structure.chainVertices.buffer(),
            values);
      }
    }
    return values;
  }
}
