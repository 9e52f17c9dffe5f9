package org.deeplabspark.crf;

import java.util.Arrays;

/** Vertices numbered in the order of their first touch; open addressing over packed keys. */
final class VertexTable {

  static final int ABSENT = -1;

  // Slots a word of the filter: 8 bits a slot, of which at most half are taken.
  private static final int FILTER = 8;

  private static final int BLOCK = 512; // keys

  private static final long GOLDEN = 0x9E3779B97F4A7C15L; // 2^64 over the golden ratio

  private int[] slots = new int[0];
  private long[] keys = new long[0];
  private long[] filter = new long[0]; // a bit of each key's hash: most absent keys are told by it
  private final int[] notFound = new int[BLOCK + 1];
  private int slotShift;
  private int filterShift;
  private int size;

  /** Forgets all vertices. */
  void clear(int expected) {
    int capacity = Math.max(64, Integer.highestOneBit(expected) * 4);
    if (slots.length < capacity) {
      slots = new int[capacity];
      keys = new long[capacity / 2];
    }
    Arrays.fill(slots, ABSENT);
    if (filter.length < slots.length / FILTER) {
      filter = new long[slots.length / FILTER];
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
   * Numbers of many keys, those that are new in their order. Where each key stands first is looked
   * at without a branch, so that the memory is asked for many at once; what was not found there is
   * looked up on its own.
   *
   * @param wanted keys; those from place from to place to are taken
   * @param numbers gets the numbers, from place at on
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

  /** 1 if the key may be there; a 0 is certain. */
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
    filter = new long[slots.length / FILTER];
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
