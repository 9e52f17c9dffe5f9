package org.deeplabspark.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DynamicBatcherTest {

  private final ConcurrentLinkedQueue<List<Integer>> batches = new ConcurrentLinkedQueue<>();
  private final CountDownLatch firstIsIn = new CountDownLatch(1);
  private final Semaphore gate = new Semaphore(0);

  /** The first batch runs until the gate opens; a negative input fails its batch. */
  private List<Integer> run(List<Integer> inputs) {
    batches.add(inputs);
    firstIsIn.countDown();
    gate.acquireUninterruptibly();
    gate.release();
    if (inputs.stream().anyMatch(input -> input < 0)) {
      throw new IllegalStateException("negative");
    }
    return inputs.stream().map(input -> 10 * input).toList();
  }

  @Test
  void thoseWhoWaitWithTheSameShapeGoTogetherUpToABatch() throws Exception {
    // Shape is the last bit: even and odd never go together.
    DynamicBatcher<Integer, Integer> device =
        new DynamicBatcher<>(1, 3, input -> input & 1, this::run);
    List<CompletableFuture<Integer>> results = new ArrayList<>();
    ExecutorService threads = Executors.newCachedThreadPool();
    results.add(CompletableFuture.supplyAsync(() -> device.submit(100), threads));
    firstIsIn.await();
    for (int input : new int[] {2, 3, 4, 6, 8, 5}) {
      results.add(CompletableFuture.supplyAsync(() -> device.submit(input), threads));
      awaitWaiting(device, results.size() - 1);
    }
    gate.release();

    assertThat(results.stream().map(CompletableFuture::join).toList())
        .containsExactly(1000, 20, 30, 40, 60, 80, 50);
    assertThat(batches).first().isEqualTo(List.of(100));
    assertThat(batches).allMatch(batch -> batch.size() <= 3);
    assertThat(batches).allMatch(batch -> batch.stream().map(i -> i & 1).distinct().count() == 1);
    assertThat(batches).contains(List.of(2, 4, 6), List.of(3, 5), List.of(8));
    threads.shutdown();
  }

  @Test
  void aFailureStaysWithItsImage() throws Exception {
    DynamicBatcher<Integer, Integer> device = new DynamicBatcher<>(1, 8, input -> "one", this::run);
    ExecutorService threads = Executors.newCachedThreadPool();
    CompletableFuture<Integer> first =
        CompletableFuture.supplyAsync(() -> device.submit(1), threads);
    firstIsIn.await();
    List<CompletableFuture<Integer>> others = new ArrayList<>();
    for (int input : new int[] {2, -3, 4}) {
      others.add(CompletableFuture.supplyAsync(() -> device.submit(input), threads));
    }
    awaitWaiting(device, 3);
    gate.release();

    assertThat(first.join()).isEqualTo(10);
    assertThat(others.get(0).join()).isEqualTo(20);
    assertThatThrownBy(others.get(1)::join)
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage("negative");
    assertThat(others.get(2).join()).isEqualTo(40);
    threads.shutdown();
  }

  private static void awaitWaiting(DynamicBatcher<Integer, Integer> device, int count)
      throws InterruptedException {
    while (device.waiting() < count) {
      Thread.sleep(1);
    }
  }
}
