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
 * short text, {@code batch/SEED/I-J-K...}, that any executor can turn into the same crops.
 */
final class BatchPlan {

  /**
   * One minibatch.
   *
   * @param seed of its crops
   * @param samples indices into the list of pairs
   */
  record Minibatch(long seed, List<Integer> samples) {

    static Minibatch parse(String text) {
      String[] parts = text.split("/", -1);
      return new Minibatch(
          Long.parseLong(parts[1]),
          Arrays.stream(parts[2].split("-", -1)).map(Integer::valueOf).toList());
    }

    String text() {
      return "batch/"
          + seed
          + "/"
          + samples.stream().map(String::valueOf).collect(Collectors.joining("-"));
    }
  }

  private final int samples;
  private final int batch;
  private final long seed;
  private final List<Integer> order = new ArrayList<>();
  private long epoch;
  private long drawn;

  BatchPlan(int samples, int batch, long seed) {
    this.samples = samples;
    this.batch = batch;
    this.seed = seed;
  }

  /** The next minibatches. */
  List<String> next(int count) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Integer> indices = new ArrayList<>();
      for (int j = 0; j < batch; j++) {
        if (order.isEmpty()) {
          order.addAll(IntStream.range(0, samples).boxed().toList());
          Collections.shuffle(order, new Random(seed * 31 + epoch++));
        }
        indices.add(order.remove(order.size() - 1));
      }
      texts.add(new Minibatch(seed * 1_000_003 + drawn++, indices).text());
    }
    return texts;
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
    return (double) drawn * batch / samples;
  }
}
