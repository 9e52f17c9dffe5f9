package org.deeplabspark.metric;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.deeplabspark.image.LabelMask;

/**
 * Pixels by pair of raw labels (true, predicted) in two masks of one shape; every label of 0..255
 * may occur. What the labels mean is decided once a pair, not once a pixel.
 */
public final class LabelPairs {

  /** Takes a pair that occurs. */
  public interface Visitor {

    /**
     * One pair.
     *
     * @param truth label 0..255
     * @param predicted label 0..255
     * @param pixels at least 1
     */
    void pair(int truth, int predicted, int pixels);
  }

  private static final int IDS = 256;

  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final int[] counts = new int[IDS * IDS]; // [truth][predicted]
  private final boolean[] seen = new boolean[IDS]; // truth labels

  private LabelPairs() {}

  /**
   * Counts one image.
   *
   * @throws IllegalArgumentException if the shapes differ
   */
  public static LabelPairs of(LabelMask truth, LabelMask predicted) {
    if (truth.width() != predicted.width() || truth.height() != predicted.height()) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid masks: truth is %d x %d, prediction %d x %d",
              truth.width(), truth.height(), predicted.width(), predicted.height()));
    }
    LabelPairs pairs = new LabelPairs();
    pairs.count(truth.labels(), predicted.labels());
    return pairs;
  }

  /**
   * Masks are mostly runs of one label: eight pixels that repeat the last pair are one addition.
   */
  private void count(byte[] truth, byte[] predicted) {
    int pixels = truth.length;
    int whole = pixels & -Long.BYTES;
    long truthRun = repeated(truth[0]);
    long predictedRun = repeated(predicted[0]);
    int pair = pair(truth[0], predicted[0]);
    int run = 0;
    for (int i = 0; i < whole; i += Long.BYTES) {
      if ((long) WORDS.get(truth, i) == truthRun
          && (long) WORDS.get(predicted, i) == predictedRun) {
        run += Long.BYTES;
        continue;
      }
      add(pair, run);
      run = 0;
      each(truth, predicted, i, i + Long.BYTES);
      byte lastTruth = truth[i + Long.BYTES - 1];
      byte lastPredicted = predicted[i + Long.BYTES - 1];
      truthRun = repeated(lastTruth);
      predictedRun = repeated(lastPredicted);
      pair = pair(lastTruth, lastPredicted);
    }
    add(pair, run);
    each(truth, predicted, whole, pixels);
  }

  private void each(byte[] truth, byte[] predicted, int from, int to) {
    for (int i = from; i < to; i++) {
      counts[pair(truth[i], predicted[i])]++;
      seen[truth[i] & 0xff] = true;
    }
  }

  private void add(int pair, int pixels) {
    counts[pair] += pixels;
    seen[pair >> 8] = true;
  }

  private static int pair(byte truth, byte predicted) {
    return (truth & 0xff) << 8 | (predicted & 0xff);
  }

  private static long repeated(byte label) {
    return (label & 0xffL) * 0x0101010101010101L;
  }

  /** Visits the pairs that occur, by true and then predicted label. */
  public void forEach(Visitor visitor) {
    for (int truth = 0; truth < IDS; truth++) {
      for (int predicted = 0; seen[truth] && predicted < IDS; predicted++) {
        int pixels = counts[truth * IDS + predicted];
        if (pixels > 0) {
          visitor.pair(truth, predicted, pixels);
        }
      }
    }
  }
}
