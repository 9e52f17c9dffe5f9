package org.deeplabspark.crf.device;

import org.deeplabspark.crf.device.Workspace.Array;
import org.deeplabspark.device.DeviceBuffer;

/** Prefix sums and a stable sort on the device. */
final class IntegerKernels {

  private static final int DIGIT_BITS = 4;
  private static final int DIGITS = 1 << DIGIT_BITS;

  private final Kernels kernels;
  private final Array groupSums;
  private final Array total;
  private final Array digits;
  private final Array[] ids;
  private final Array[] carried;

  IntegerKernels(Kernels kernels, Workspace workspace) {
    this.kernels = kernels;
    groupSums = workspace.array();
    total = workspace.array();
    digits = workspace.array();
    ids = new Array[] {workspace.array(), workspace.array()};
    carried = new Array[] {workspace.array(), workspace.array()};
  }

  void fill(DeviceBuffer target, long count, int value) {
    kernels.integers().each("fill", count, Math.toIntExact(count), value, target);
  }

  /** Replaces values by the sums of those before them. */
  void prefixSums(DeviceBuffer values, int count) {
    int groups = Kernels.groups(count, Kernels.GROUP * Kernels.EACH);
    DeviceBuffer sums = groupSums.ofInts(groups);
    Kernels.Compiled integers = kernels.integers();
    integers.each("sumGroups", (long) groups * Kernels.GROUP, count, values, sums);
    integers.each("sumSums", Kernels.GROUP, groups, sums, total.ofInts(1));
    integers.each("addSums", count, count, sums, values);
  }

  /** Sum of all values that {@link #prefixSums} saw last; waits for it. */
  int total() {
    return NativeCopies.ints(kernels.device(), total.buffer(), 1)[0];
  }

  /**
   * Sorts by id; equal ones stay in their order.
   *
   * @param firstCarried goes with the ids
   * @param below all ids are at least 0 and below this
   * @param sortedCarried receives what goes with the sorted ids
   * @return the sorted ids, valid until the next sort
   */
  DeviceBuffer sort(
      DeviceBuffer firstIds, DeviceBuffer firstCarried, int count, int below, Array sortedCarried) {
    int groups = Kernels.groups(count, Kernels.GROUP * Kernels.EACH);
    DeviceBuffer starts = digits.ofInts((long) DIGITS * groups);
    Kernels.Compiled integers = kernels.integers();
    DeviceBuffer nowIds = firstIds;
    DeviceBuffer nowCarried = firstCarried;
    int bits = Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(below - 1));
    for (int bit = 0; bit < bits; bit += DIGIT_BITS) {
      int side = bit / DIGIT_BITS % 2;
      boolean last = bit + DIGIT_BITS >= bits;
      DeviceBuffer nextIds = ids[side].ofInts(count);
      DeviceBuffer nextCarried = (last ? sortedCarried : carried[side]).ofInts(count);
      long items = (long) groups * Kernels.GROUP;
      integers.each("countDigits", items, count, bit, nowIds, starts);
      prefixSums(starts, DIGITS * groups);
      integers.each(
          "moveByDigit", items, count, bit, nowIds, nowCarried, starts, nextIds, nextCarried);
      nowIds = nextIds;
      nowCarried = nextCarried;
    }
    return nowIds;
  }
}
