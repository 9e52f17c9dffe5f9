package org.deeplabspark.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The endless order in which samples are seen: every epoch another permutation. A minibatch is a
 * short text, {@code batch/SEED/SCALE/I-J-K...}, that any executor can turn into the same crops.
 * Where losses are taken at several scales, each minibatch comes once a scale.
 */
final class BatchPlan {

  /**
   * One minibatch.
   *
   * @param seed of its crops
   * @param scale place in the list of scales; the crops are the same at each
   * @param samples indices into the list of pairs
   */
  record Minibatch(long seed, int scale, List<Integer> samples) {

    static Minibatch parse(String text) {
      String[] parts = text.split("/", -1);
      return new Minibatch(
          Long.parseLong(parts[1]),
          Integer.parseInt(parts[2]),
          Arrays.stream(parts[3].split("-", -1)).map(Integer::valueOf).toList());
    }

    String text() {
      return "batch/"
          + seed
          + "/"
          + scale
          + "/"
          + samples.stream().map(String::valueOf).collect(Collectors.joining("-"));
    }
  }

  private final int samples;
  private final int batch;
  private final int scales;
  private final long seed;
  private final List<Integer> order = new ArrayList<>();
  private List<Integer> chosen = List.of();
  private long epoch;
  private long drawn;

  BatchPlan(int samples, int batch, int scales, long seed) {
    this.samples = samples;
    this.batch = batch;
    this.scales = scales;
    this.seed = seed;
  }

  /** The next minibatches. */
  List<String> next(int count) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int scale = (int) (drawn % scales);
      if (scale == 0) {
        chosen = choose();
      }
      texts.add(new Minibatch(seed * 1_000_003 + drawn / scales, scale, chosen).text());
      drawn++;
    }
    return texts;
  }

  private List<Integer> choose() {
    List<Integer> indices = new ArrayList<>();
    for (int j = 0; j < batch; j++) {
      if (order.isEmpty()) {
        order.addAll(IntStream.range(0, samples).boxed().toList());
        Collections.shuffle(order, new Random(seed * 31 + epoch++));
      }
      indices.add(order.remove(order.size() - 1));
    }
    return indices;
  }

  /** Draws that many minibatches for nothing: those of a training that was interrupted. */
  void skip(long minibatches) {
    for (long i = 0; i < minibatches; i++) {
      next(1);
    }
  }

  /** Minibatches drawn so far. */
  long drawn() {
    return drawn;
  }

  /** Times that each sample was seen, on average. */
  double epochs() {
    return (double) drawn / scales * batch / samples;
  }
}
