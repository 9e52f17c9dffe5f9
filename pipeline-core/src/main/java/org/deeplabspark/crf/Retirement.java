package org.deeplabspark.crf;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.deeplabspark.tensor.FeatureMap;

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
  void start(FeatureMap unary, Tiles tiles, float reach) {
    active = threshold > 0 && reach * threshold <= LARGEST_INFLUENCE;
    alarm = ALARM * threshold;
    revivals = 0;
    int[] all = IntStream.range(0, unary.channels()).toArray();
    int[] live =
        active
            ? Arrays.stream(all)
                .filter(label -> tiles.largestAtStart(unary, label) > threshold)
                .toArray()
            : all;
    tiles.layOut(unary, lanes(live) < lanes(all) ? live : all);
  }

  /**
   * Retires labels that have become small where that saves lanes; brings back those that no longer
   * are.
   */
  void update(FeatureMap unary, Tiles tiles) {
    if (!active) {
      return;
    }
    TileLayout layout = tiles.layout();
    int[] now = layout.labels();
    float rest = 0;
    boolean[] live = new boolean[unary.channels()];
    int lively = 0;
    for (int tile = 0; tile < layout.tiles(); tile++) {
      rest = Math.max(rest, tiles.maxima(tile).rest);
      for (int lane = 0; lane < layout.labelsIn(tile); lane++) {
        if (tiles.maxima(tile).q[lane] > threshold) {
          live[layout.label(tile, lane)] = true;
          lively++;
        }
      }
    }
    if (rest > alarm) {
      alarm = Math.max(ALARM * threshold, 2 * rest);
      int[] revived = revived(unary, tiles, now);
      if (revived.length > 0) {
        revivals += revived.length;
        tiles.moveTo(
            unary, IntStream.concat(Arrays.stream(now), Arrays.stream(revived)).sorted().toArray());
        return;
      }
    }
    if (lively < now.length) {
      int[] staying = Arrays.stream(now).filter(label -> live[label]).toArray();
      if (lanes(staying) < layout.totalLanes()) {
        tiles.moveTo(unary, staying);
      }
    }
  }

  private int[] revived(FeatureMap unary, Tiles tiles, int[] now) {
    return IntStream.range(0, unary.channels())
        .filter(label -> Arrays.binarySearch(now, label) < 0)
        .filter(label -> tiles.largestOfRetired(unary, label) > threshold)
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
