package org.deeplabspark.crf;

import java.util.Arrays;

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

  void clear() {
    pairEntries = 0;
    tripleEntries = 0;
    longerEntries = 0;
  }

  /** Makes room for as many pairs and triples more, and one. */
  void reserve(int more) {
    if (pairEntries + 2 * more + 2 > pairs.length) {
      pairs = Arrays.copyOf(pairs, 2 * pairs.length + 1024);
    }
    if (tripleEntries + 3 * more + 3 > triples.length) {
      triples = Arrays.copyOf(triples, 2 * triples.length + 1024);
    }
  }

  /** Adds to a longer chain; its last vertex comes as its complement. */
  void add(int vertex) {
    if (longerEntries == longer.length) {
      longer = Arrays.copyOf(longer, 2 * longer.length + 1024);
    }
    longer[longerEntries++] = vertex;
  }

  /** Cuts the lists into parts when all chains are in. */
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
