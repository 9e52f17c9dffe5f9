package org.deeplabspark.crf;

import java.util.Arrays;

/** Numbers vertices in the order of first touch: a hash table of packed keys, open addressing. */
final class VertexTable {

  static final int ABSENT = -1;

  // Slots for each word of the filter: 4 bits a slot, of which at most half are used. With 8 bits
  // the filter of a photograph takes half of a second-level cache, and is slower.
  private static final int SLOTS_PER_WORD = 16;

  private static final int BLOCK = 512; // keys

  private static final long GOLDEN = 0x9E3779B97F4A7C15L; // 2^64 over the golden ratio

  private int[] slots = new int[0];
  private long[] keys = new long[0];
  private long[] filter = new long[0]; // Bloom filter with one bit a key, tells most absent keys
  private final int[] notFound = new int[BLOCK + 1];
  private int slotShift;
  private int filterShift;
  private int size;

  /** Removes all vertices, and reserves space for an expected number. */
  void clear(int expected) {
    int capacity = Math.max(64, Integer.highestOneBit(expected) * 4);
    if (slots.length < capacity) {
      slots = new int[capacity];
      keys = new long[capacity / 2];
    }
    Arrays.fill(slots, ABSENT);
    if (filter.length < slots.length / SLOTS_PER_WORD) {
      filter = new long[slots.length / SLOTS_PER_WORD];
    }
    Arrays.fill(filter, 0);
    prepare();
    size = 0;
  }

  int size() {
    return size;
  }

  /** Keys of all vertices, [vertex]; live view. */
  long[] keys() {
    return keys;
  }

  long key(int vertex) {
    return keys[vertex];
  }

  int find(long key) {
    for (int slot = slot(key); ; slot = (slot + 1) & (slots.length - 1)) {
      int vertex = slots[slot];
      if (vertex == ABSENT || keys[vertex] == key) {
        return vertex;
      }
    }
  }

  /**
   * Finds the numbers of keys [from, to), and adds those that are new. Probes first slots
   * branch-free so that cache misses overlap; what is not found there is looked up one by one.
   *
   * @param numbers receives the numbers, from {@code at} on
   */
  void findOrAdd(long[] wanted, int from, int to, int[] numbers, int at) {
    for (int start = from; start < to; start += BLOCK) {
      int end = Math.min(to, start + BLOCK);
      int left = findFirst(wanted, start, end, numbers, at + start - from);
      for (int i = 0; i < left; i++) {
        numbers[at + notFound[i] - from] = findOrAdd(wanted[notFound[i]]);
      }
    }
  }

  private int findFirst(long[] wanted, int from, int to, int[] numbers, int at) {
    int left = 0;
    for (int i = from; i < to; i++) {
      long key = wanted[i];
      int vertex = slots[slot(key)];
      numbers[at + i - from] = vertex;
      notFound[left] = i;
      int absent = vertex >> 31;
      long difference = (keys[vertex & ~absent] ^ key) | absent;
      left += (int) ((difference | -difference) >>> 63);
    }
    return left;
  }

  private int findOrAdd(long key) {
    int slot = slot(key);
    for (; slots[slot] != ABSENT; slot = (slot + 1) & (slots.length - 1)) {
      if (keys[slots[slot]] == key) {
        return slots[slot];
      }
    }
    slots[slot] = size;
    keys[size] = key;
    size++;
    mark(key);
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, size / 4 * 5);
    }
    if (size == slots.length / 2) {
      growSlots();
    }
    return size - 1;
  }

  /** 0 if the key is certainly absent, else 1. */
  int mayContain(long key) {
    long hash = key * GOLDEN;
    return (int) (filter[(int) (hash >>> filterShift)] >>> hash) & 1;
  }

  private void mark(long key) {
    long hash = key * GOLDEN;
    filter[(int) (hash >>> filterShift)] |= 1L << hash;
  }

  private void growSlots() {
    slots = new int[2 * slots.length];
    Arrays.fill(slots, ABSENT);
    filter = new long[slots.length / SLOTS_PER_WORD];
    prepare();
    for (int vertex = 0; vertex < size; vertex++) {
      mark(keys[vertex]);
      int slot = slot(keys[vertex]);
      while (slots[slot] != ABSENT) {
        slot = (slot + 1) & (slots.length - 1);
      }
      slots[slot] = vertex;
    }
  }

  private void prepare() {
    slotShift = Long.SIZE - Integer.numberOfTrailingZeros(slots.length);
    filterShift = Long.SIZE - Integer.numberOfTrailingZeros(filter.length);
  }

  private int slot(long key) {
    // Multiplicative hashing: the high bits of the product.
    return (int) ((key * GOLDEN) >>> slotShift);
  }
}
