package org.deeplabspark.crf;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Decides which labels send messages: see {@link CrfSettings}. */
final class Retirement {

  static final float LARGEST_INFLUENCE = 0.05f;
  static final float ALARM = 5;

  private final float threshold;
  private final KernelChoice choice;
  private boolean active;
  private float alarm; // share of retired labels above which they are looked at

  Retirement(float threshold, KernelChoice choice) {
    this.threshold = threshold;
    this.choice = choice;
  }

  /**
   * Lays out the labels that are not small from the start.
   *
   * @param reach bound of a message's energy for a marginal of 1
   */
  void start(Tiles tiles, float reach, ThreadTeam team) {
    active = threshold > 0 && reach * threshold <= LARGEST_INFLUENCE;
    alarm = ALARM * threshold;
    tiles.softmax().watch(active ? threshold : Float.NEGATIVE_INFINITY);
    int[] all = tiles.allLabels();
    int[] live = all;
    if (active) {
      float[] largest = tiles.largestAtStart(team);
      live = Arrays.stream(all).filter(label -> largest[label] > threshold).toArray();
    }
    tiles.layOut(lanes(live) < lanes(all) ? live : all, team);
  }

  /** Retires labels that have become small, where that saves lanes, or brings grown ones back. */
  void update(Tiles tiles, ThreadTeam team) {
    if (!active) {
      return;
    }
    TileLayout layout = tiles.layout();
    int[] now = layout.labels();
    LaneMaxima maxima = tiles.softmax().maxima();
    if (maxima.rest > alarm) {
      alarm = Math.max(ALARM * threshold, 2 * maxima.rest);
      int[] revived = revived(tiles, threshold);
      if (revived.length > 0) {
        tiles.moveTo(
            IntStream.concat(Arrays.stream(now), Arrays.stream(revived)).sorted().toArray(), team);
        return;
      }
    }
    int[] staying =
        IntStream.range(0, now.length)
            .filter(place -> maxima.q[place] > threshold)
            .map(place -> now[place])
            .toArray();
    if (lanes(staying) < layout.totalLanes()) {
      tiles.moveTo(staying, team);
    }
  }

  private static int[] revived(Tiles tiles, float threshold) {
    Marginals marginals = new Marginals(tiles);
    return Arrays.stream(tiles.allLabels())
        .filter(label -> !tiles.layout().contains(label))
        .filter(label -> marginals.largest(label) > threshold)
        .toArray();
  }

  private int lanes(int[] labels) {
    return new TileLayout(labels, choice.widest()).totalLanes();
  }
}
