package org.deeplabspark.crf;

/**
 * The vertices that have a neighbour along one axis, as chains of neighbours. A vertex without any
 * is unchanged by the blur and not listed.
 *
 * <p>Chains of two and of three stand first, without separators; the last vertex of a longer one is
 * stored as its bitwise complement. The list is cut into {@link #PARTS} parts that touch no vertex
 * of each other.
 */
final class Chains {

  /** Fixed, so that the work is cut in the same places for any number of threads. */
  static final int PARTS = 8;

  int[] pairs = new int[0];
  int[] triples = new int[0];
  int[] longer = new int[0];
  int pairEntries;
  int tripleEntries;
  int longerEntries;
  private final int[] cuts = new int[PARTS + 1];

  /** First entry of a part of the pairs. */
  int pairsFrom(int part) {
    return (int) ((long) (pairEntries / 2) * part / PARTS) * 2;
  }

  /** First entry of a part of the triples. */
  int triplesFrom(int part) {
    return (int) ((long) (tripleEntries / 3) * part / PARTS) * 3;
  }

  /** First entry of a part of the longer chains. */
  int longerFrom(int part) {
    return cuts[part];
  }

  void cut() {
    for (int part = 1; part < PARTS; part++) {
      int at = Math.max(cuts[part - 1], (int) ((long) longerEntries * part / PARTS));
      while (at > 0 && at < longerEntries && longer[at - 1] >= 0) {
        at++;
      }
      cuts[part] = at;
    }
    cuts[PARTS] = longerEntries;
  }
}
