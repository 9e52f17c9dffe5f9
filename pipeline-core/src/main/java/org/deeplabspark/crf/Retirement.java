package org.deeplabspark.crf;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Decides which labels send messages. */
final class Retirement {

  private static final float LARGEST_INFLUENCE = 0.05f;
  private static final float ALARM = 5;

  private final float threshold;
  private final KernelChoice choice;
  private boolean active;
  private float alarm;
  private int revivals;

  Retirement(float threshold, KernelChoice choice) {
    this.threshold = threshold;
    this.choice = choice;
  }

  /** Lays out the labels that are not small from the start. */
  void start(Tiles tiles, float reach, Crew crew) {
    active = threshold > 0 && reach * threshold <= LARGEST_INFLUENCE;
    alarm = ALARM * threshold;
    revivals = 0;
    tiles.softmax().watch(active ? threshold : Float.NEGATIVE_INFINITY);
    int[] all = tiles.allLabels();
    int[] live = all;
    if (active) {
      float[] largest = tiles.largestAtStart(crew);
      live = Arrays.stream(all).filter(label -> largest[label] > threshold).toArray();
    }
    tiles.layOut(lanes(live) < lanes(all) ? live : all, crew);
  }

  /**
   * Retires labels that have become small where that saves lanes; brings back those that no longer
   * are.
   */
  void update(Tiles tiles, Crew crew) {
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
        revivals += revived.length;
        tiles.moveTo(
            IntStream.concat(Arrays.stream(now), Arrays.stream(revived)).sorted().toArray(), crew);
        return;
      }
    }
    int[] staying =
        IntStream.range(0, now.length)
            .filter(place -> maxima.q[place] > threshold)
            .map(place -> now[place])
            .toArray();
    if (lanes(staying) < layout.totalLanes()) {
      tiles.moveTo(staying, crew);
    }
  }

  private static int[] revived(Tiles tiles, float threshold) {
    return Arrays.stream(tiles.allLabels())
        .filter(label -> !tiles.layout().contains(label))
        .filter(label -> tiles.largestOfRetired(label) > threshold)
        .toArray();
  }

  private int lanes(int[] labels) {
    return new TileLayout(labels, choice.widest()).totalLanes();
  }

  /** Labels brought back in the last run. */
  int revivals() {
    return revivals;
  }
}
