package org.deeplabspark.crf.device;

import java.util.ArrayList;
import java.util.List;
import org.deeplabspark.crf.LatticeKeys;
import org.deeplabspark.crf.device.Workspace.Array;
import org.deeplabspark.device.Device;
import org.deeplabspark.device.DeviceBuffer;

/**
 * The permutohedral lattices of a batch's photographs over features of some deviations.
 *
 * <p>Vertices are numbered by first touch through the batch, so each photograph's are in the order
 * that it has alone. An entry is a pixel's corner.
 */
final class LatticeStructure {

  private static final int EMPTY_SLOT = Integer.MAX_VALUE;

  /** Slots are at least twice, at most four times as many as entries. */
  private static final int FEWEST_SLOT_BITS = 8;

  private final List<Float> deviations;
  private final int corners;
  private final boolean withChains;
  private final Kernels kernels;
  private final Device device;
  private final IntegerKernels integers;
  private final LatticeScratch scratch;
  private final Workspace workspace;
  private final List<Array> arrays = new ArrayList<>();
  private final Array tables;
  private final Array steps;
  private int entries;
  private int size;
  private int chunks;
  private int[] firstChains;

  /** [pixel][corner]. */
  final Array weights;

  /** [pixel][corner]. */
  final Array vertices;

  /** Entries by vertex, those of one in the order of pixels. */
  final Array order;

  /** [axis][vertex] of above and below; the number of vertices stands for none. */
  final Array neighbours;

  /** Where the entries of each vertex begin in the order, and their number. */
  final Array starts;

  /** Number of each vertex's first chunk of entries, and of all. */
  final Array firstChunks;

  /** [chunk]. */
  final Array chunkVertices;

  /** Where each chain of two or more vertices begins, and the length of all. */
  final Array chainStarts;

  /** Chain by chain. */
  final Array chainVertices;

  /**
   * A structure yet to be built.
   *
   * @param withChains whether chains are listed
   */
  LatticeStructure(
      List<Float> deviations,
      boolean withChains,
      Kernels kernels,
      IntegerKernels integers,
      LatticeScratch scratch,
      Workspace workspace) {
    this.deviations = deviations;
    this.withChains = withChains;
    this.kernels = kernels;
    this.device = kernels.device();
    this.integers = integers;
    this.scratch = scratch;
    this.workspace = workspace;
    corners = deviations.size() + 1;
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
  }

  private Array array() {
    Array array = workspace.array();
    arrays.add(array);
    return array;
  }

  /** Of a simplex. */
  int corners() {
    return corners;
  }

  /** Number of entries. */
  int entries() {
    return entries;
  }

  /** Number of vertices. */
  int size() {
    return size;
  }

  /** Number of chunks of entries. */
  int chunks() {
    return chunks;
  }

  /** Number of an axis's first chain; of all chains for the axis after the last. */
  int firstChain(int axis) {
    return firstChains[axis];
  }

  /** Frees its arrays; it must be built again. */
  void release() {
    arrays.forEach(Array::release);
  }

  /** Finds vertices, chains and who contributes to a vertex. */
  void build(DeviceBatch batch) {
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
    if (withChains) {
      listChains();
    }
    listEntries();
  }

  /** Writes the keys and weights of all pixels' corners. */
  private void embed(DeviceBatch batch) {
    int columns = batch.mostColumns();
    int rows = batch.mostRows();
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
}
