package org.deeplabspark.crf.device;

import java.util.ArrayList;
import java.util.List;
import org.deeplabspark.crf.Compatibility;
import org.deeplabspark.crf.LatticeKeys;
import org.deeplabspark.crf.Normalization;
import org.deeplabspark.crf.PairwiseKernel;
import org.deeplabspark.crf.device.Workspace.Array;
import org.deeplabspark.device.Device;
import org.deeplabspark.device.DeviceBuffer;

/**
 * A kernel's lattices over the photographs of a batch, with the normalisation of their filter.
 *
 * <p>Vertices are numbered by first touch through the batch, so each photograph's are in the order
 * that it has alone. What pixels send is summed by vertex, in the order of the pixels.
 */
final class DeviceLattice {

  private static final int EMPTY_SLOT = Integer.MAX_VALUE;

  /** Slots are at least twice, at most four times as many as entries. */
  private static final int FEWEST_SLOT_BITS = 8;

  private final Kernels kernels;
  private final Device device;
  private final IntegerKernels integers;
  private final LatticeScratch scratch;
  private final int corners;
  private final boolean byPositionOnly;
  private final Workspace workspace;
  private final List<Array> arrays = new ArrayList<>();
  private final Array factors;
  private final Array tables;
  private final Array steps;
  private final Array weights;
  private final Array vertices;
  private final Array order;
  private final Array neighbours;
  private final Array starts;
  private final Array firstChunks;
  private final Array chunkVertices;
  private final Array chainStarts;
  private final Array chainVertices;
  private final Array pixels;
  private final Array splatWeights;
  private final Array sliceWeights;
  private PairwiseKernel kernel;
  private int entries;
  private int size;
  private int chunks;
  private int[] firstChains;
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
    this.workspace = workspace;
    factors = array();
    tables = array();
    steps = array();
    weights = array();
    vertices = array();
    order = array();
    neighbours = array();
    starts = array();
    firstChunks = array();
    chunkVertices = array();
    chainStarts = array();
    chainVertices = array();
    pixels = array();
    splatWeights = array();
    sliceWeights = array();
  }

  private Array array() {
    Array array = workspace.array();
    arrays.add(array);
    return array;
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

  /** Number of vertices. */
  int size() {
    return size;
  }

  /** [pixel][corner]. */
  DeviceBuffer vertices() {
    return vertices.buffer();
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
    arrays.forEach(Array::release);
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
      build(batch);
      builtFor = wanted;
    }
    if (normalized != kernel.normalization()) {
      normalized = null;
      gains = null;
      normalize(batch.pixels());
      normalized = kernel.normalization();
    }
  }

  private void build(DeviceBatch batch) {
    entries = Math.multiplyExact(batch.pixels(), corners);
    embed(batch);
    int bits =
        Math.max(FEWEST_SLOT_BITS, 1 + Integer.SIZE - Integer.numberOfLeadingZeros(entries - 1));
    int shift = Long.SIZE - bits;
    int mask = (1 << bits) - 1;
    DeviceBuffer keys = scratch.keys.buffer();
    DeviceBuffer slots = scratch.slots.ofInts(1L << bits);
    DeviceBuffer slotOf = scratch.slotOf.ofInts(entries);
    DeviceBuffer numbers = scratch.numbers.ofInts(entries);
    integers.fill(slots, 1L << bits, EMPTY_SLOT);
    Kernels.Compiled lattice = kernels.lattice(corners);
    lattice.each("claimSlots", entries, entries, shift, mask, keys, slots, slotOf);
    lattice.each("markFirst", entries, entries, slots, slotOf, numbers);
    integers.prefixSums(numbers, entries);
    size = integers.total();
    DeviceBuffer vertexKeys = scratch.vertexKeys.ofLongs(size);
    lattice.each(
        "numberVertices",
        entries,
        entries,
        slots,
        slotOf,
        numbers,
        keys,
        vertices.ofInts(entries),
        scratch.order.ofInts(entries),
        vertexKeys);
    long links = (long) size * corners;
    lattice.each(
        "findNeighbours",
        links,
        size,
        shift,
        mask,
        steps.buffer(),
        keys,
        slots,
        numbers,
        vertexKeys,
        neighbours.ofInts(2 * links));
    if (!byPositionOnly) {
      listChains();
    }
    listEntries();
  }

  /** Writes the keys and weights of all pixels' corners. */
  private void embed(DeviceBatch batch) {
    int columns = batch.mostColumns();
    int rows = batch.mostRows();
    List<Float> deviations = kernel.deviations();
    float[] largest = new float[corners - 1];
    for (int i = 0; i < largest.length; i++) {
      int last = i == 0 ? columns - 1 : i == 1 ? rows - 1 : 255;
      largest[i] = last / deviations.get(i);
    }
    LatticeKeys packing = LatticeKeys.of(corners - 1, i -> largest[i]);
    NativeCopies.write(device, tables, tables(packing, columns, rows));
    NativeCopies.write(device, steps, steps(packing, batch.images().size()));
    kernels
        .lattice(corners)
        .rows(
            "embed",
            batch.mostPixels(),
            batch.images().size(),
            batch.imageTable(),
            batch.colours(),
            tables.buffer(),
            corners - 1,
            corners - 1 + columns,
            corners - 1 + columns + rows,
            steps.buffer(),
            scratch.keys.ofLongs(entries),
            weights.ofFloats(entries));
  }

  /** Scales, and features by their raw values: divisions are exact here, not on every device. */
  private float[] tables(LatticeKeys packing, int columns, int rows) {
    List<Float> deviations = kernel.deviations();
    int colours = 256 * (deviations.size() - 2);
    float[] table = new float[deviations.size() + columns + rows + colours];
    int at = deviations.size();
    System.arraycopy(packing.scale(), 0, table, 0, at);
    for (int x = 0; x < columns; x++) {
      table[at++] = x / deviations.get(0);
    }
    for (int y = 0; y < rows; y++) {
      table[at++] = y / deviations.get(1);
    }
    for (int i = 0; i < colours; i++) {
      table[at++] = i % 256 / deviations.get(2 + i / 256);
    }
    return table;
  }

  private long[] steps(LatticeKeys packing, int images) {
    int imageBits = Integer.SIZE - Integer.numberOfLeadingZeros(images - 1);
    if (packing.bits() + imageBits > Long.SIZE - 1) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid batch: keys of %d bits leave no room for %d images",
              packing.bits(), images));
    }
    long[] all = new long[corners + 3];
    for (int axis = 0; axis < corners; axis++) {
      all[axis] = packing.unit(axis);
    }
    all[corners] = packing.origin();
    all[corners + 1] = packing.wrap();
    all[corners + 2] = images == 1 ? 0 : 1L << packing.bits();
    return all;
  }

  private void listChains() {
    Kernels.Compiled lattice = kernels.lattice(corners);
    int places = Math.addExact(Math.multiplyExact(size, corners), 1);
    DeviceBuffer lengths = scratch.slotOf.ofInts(places);
    DeviceBuffer heads = scratch.slots.ofInts(places);
    DeviceBuffer next = neighbours.buffer();
    lattice.each("measureChains", places, size, next, lengths, heads);
    integers.prefixSums(lengths, places);
    integers.prefixSums(heads, places);
    DeviceBuffer firsts = scratch.firsts.ofInts(corners + 2);
    lattice.each("firstChains", corners + 2, size, lengths, heads, firsts);
    firstChains = NativeCopies.ints(device, firsts, corners + 2);
    lattice.each(
        "listChains",
        places,
        size,
        next,
        lengths,
        heads,
        chainStarts.ofInts(firstChains[corners] + 1),
        chainVertices.ofInts(firstChains[corners + 1]));
  }

  /** Lists entries by vertex, in chunks. */
  private void listEntries() {
    Kernels.Compiled lattice = kernels.lattice(corners);
    DeviceBuffer sorted =
        integers.sort(vertices.buffer(), scratch.order.buffer(), entries, size, order);
    lattice.each("findStarts", entries, entries, size, sorted, starts.ofInts(size + 1L));
    DeviceBuffer counts = firstChunks.ofInts(size + 1L);
    lattice.each("countChunks", size + 1L, size, starts.buffer(), counts);
    integers.prefixSums(counts, size + 1);
    chunks = integers.total();
    lattice.each("listChunks", size, size, counts, chunkVertices.ofInts(chunks));
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
            entries,
            entries,
            before,
            after,
            1 / (1 + (float) Math.pow(2, 1 - corners)),
            order.buffer(),
            weights.buffer(),
            scratch.response.ofFloats(1),
            pixels.ofInts(entries),
            splatWeights.ofFloats(entries),
            sliceWeights.ofFloats(entries));
  }

  /**
   * Splats and blurs.
   *
   * @param q [pixel][quad] of 4 labels
   * @return [vertex][quad], valid until the next call of any lattice
   */
  DeviceBuffer filter(DeviceBuffer q, int quads) {
    long length = 4L * quads * (size + 1);
    DeviceBuffer values = scratch.values.ofFloats(length);
    DeviceBuffer partial = scratch.partial.ofFloats(4L * quads * chunks);
    Kernels.Compiled filter = kernels.filter(corners, quads);
    filter.quads(
        "splat",
        chunks,
        chunks,
        starts.buffer(),
        firstChunks.buffer(),
        chunkVertices.buffer(),
        pixels.buffer(),
        splatWeights.buffer(),
        q,
        values,
        partial);
    filter.quads("joinChunks", size + 1L, size, firstChunks.buffer(), partial, values);
    return byPositionOnly
        ? blur(filter, values, scratch.blurred.ofFloats(length))
        : blurChains(filter, values);
  }

  /** The few long chains of a lattice over positions: a work-item a vertex. */
  private DeviceBuffer blur(Kernels.Compiled filter, DeviceBuffer values, DeviceBuffer spare) {
    DeviceBuffer from = values;
    DeviceBuffer to = spare;
    for (int axis = 0; axis < corners; axis++) {
      filter.quads("blur", size + 1L, size, axis, neighbours.buffer(), from, to);
      DeviceBuffer blurred = to;
      to = from;
      from = blurred;
    }
    return from;
  }

  /** The many short chains of a lattice over colours: each value is read and written once. */
  private DeviceBuffer blurChains(Kernels.Compiled filter, DeviceBuffer values) {
    for (int axis = 0; axis < corners; axis++) {
      int first = firstChains[axis];
      int end = firstChains[axis + 1];
      if (end > first) {
        filter.quads(
            "blurChains",
            end - first,
            first,
            end,
            chainStarts.buffer(),
            chainVertices.buffer(),
            values);
      }
    }
    return values;
  }
}
