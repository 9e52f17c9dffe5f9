package org.deeplabspark.crf;

import java.util.Arrays;

/**
 * The vertices that have a neighbour along one axis, as chains of neighbours. The blur does not
 * change a vertex without neighbours, so those are not listed.
 *
 * <p>Chains of one length have a list of their own, so that loops over them have no branch to
 * predict; the few longer than {@link #LISTED} share one, each after its length. All lists are cut
 * into {@link #PARTS} parts that share no vertex.
 */
final class Chains {

  /** Fixed, so that the work is cut in the same places for any number of threads. */
  static final int PARTS = 8;

  /** Longest chains with a list of their own. */
  static final int LISTED = 16;

  private static final int SPARE_ENTRIES = 1024;

  private final int[][] lists = new int[LISTED + 1][0]; // [length]; 0: the longer ones
  private final int[] entries = new int[LISTED + 1]; // [length]
  private final int[] cuts = new int[PARTS + 1];

  /** Chains of one length, one after another. Live view. */
  int[] list(int length) {
    return lists[length];
  }

  /** First entry of a part of the chains of one length. */
  int from(int length, int part) {
    return (int) ((long) (entries[length] / length) * part / PARTS) * length;
  }

  /** Chains longer than {@link #LISTED}, each after its length. Live view. */
  int[] longer() {
    return lists[0];
  }

  /** First entry of a part of the longer chains. */
  int longerFrom(int part) {
    return cuts[part];
  }

  void clear() {
    Arrays.fill(entries, 0);
  }

  /** Number of entries of the chains of one length. */
  int entries(int length) {
    return entries[length];
  }

  /** A list with space for more entries, which count after {@link #setEntries}. */
  int[] reserve(int length, int more) {
    int[] list = lists[length];
    if (entries[length] + more > list.length) {
      lists[length] =
          Arrays.copyOf(
              list, Math.max(list.length / 4 * 5, entries[length] + more + SPARE_ENTRIES));
    }
    return lists[length];
  }

  void setEntries(int length, int count) {
    entries[length] = count;
  }

  void add(int[] chain, int length) {
    boolean listed = length <= LISTED;
    int which = listed ? length : 0;
    int at = entries[which];
    int[] list = reserve(which, length + 1);
    if (!listed) {
      list[at++] = length;
    }
    System.arraycopy(chain, 0, list, at, length);
    entries[which] = at + length;
  }

  /** Cuts the list of longer chains into parts, after the last is added. */
  void cut() {
    int at = 0;
    for (int part = 1; part <= PARTS; part++) {
      while (at < (int) ((long) entries[0] * part / PARTS)) {
        at += 1 + lists[0][at];
      }
      cuts[part] = at;
    }
  }
}
