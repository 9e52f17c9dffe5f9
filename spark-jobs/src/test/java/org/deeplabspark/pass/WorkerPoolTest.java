package org.deeplabspark.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class WorkerPoolTest {

  private final AtomicInteger fetched = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();

  @Test
  void everyItemComesOutOnceAndWorkersAreAsManyAsAsked() {
    AtomicInteger now = new AtomicInteger();
    Set<Integer> seen = ConcurrentHashMap.newKeySet();
    CountDownLatch three = new CountDownLatch(3);
    List<Integer> out = new ArrayList<>();

    try (WorkerPool<Integer, Integer> lane =
        lane(
            "counted",
            items(100),
            3,
            5,
            item -> {
              seen.add(now.incrementAndGet());
              three.countDown();
              await(three); // all three are at work at once
              now.decrementAndGet();
              return -item;
            })) {
      lane.forEachRemaining(out::add);
      assertThat(threads("counted")).hasSize(4); // one of them fetches
    }

    assertThat(out).hasSize(100).doesNotHaveDuplicates();
    assertThat(seen).contains(3).allMatch(atOnce -> atOnce <= 3);
    assertThat(ended).hasValue(3);
    assertThat(threads("counted")).isEmpty();
  }

  @Test
  void aSlowItemStallsNobody() {
    CountDownLatch othersAreOut = new CountDownLatch(1);
    List<Integer> out = new ArrayList<>();

    try (WorkerPool<Integer, Integer> lane =
        lane(
            "slow",
            items(50),
            2,
            3,
            item -> {
              if (item == 0) {
                await(othersAreOut);
              }
              return item;
            })) {
      for (int i = 0; i < 49; i++) {
        out.add(lane.next());
      }
      othersAreOut.countDown();
      out.add(lane.next());
      assertThat(lane.hasNext()).isFalse();
    }

    assertThat(out).hasSize(50).endsWith(0);
  }

  @Test
  void whatIsReadAheadIsBoundedByItemsAndByWeight() throws InterruptedException {
    CountDownLatch go = new CountDownLatch(1);
    IntUnaryOperator waiting =
        item -> {
          await(go);
          return item;
        };
    // Ten bytes each, forty allowed: four in line and one with the worker.
    try (WorkerPool<Integer, Integer> heavy =
        new WorkerPool<>("heavy", items(30), new Steps(waiting), 1, 20, 40, () -> {})) {
      assertThat(heavy.hasNext()).isTrue();
      awaitFetched(5);
      assertThat(fetched).hasValue(5);
      go.countDown();
      List<Integer> out = new ArrayList<>();
      heavy.forEachRemaining(out::add);
      assertThat(out).hasSize(30);
    }
  }

  @Test
  void whatAThreadThrowsReachesTheCaller() {
    for (Throwable thrown :
        List.of(new StackOverflowError("deep"), new IllegalStateException("wrong"))) {
      try (WorkerPool<Integer, Integer> lane =
          lane(
              "failing",
              items(10),
              2,
              2,
              item -> {
                if (item == 4) {
                  if (thrown instanceof Error error) {
                    throw error;
                  }
                  throw (RuntimeException) thrown;
                }
                return item;
              })) {
        assertThatThrownBy(() -> lane.forEachRemaining(item -> {})).isSameAs(thrown);
      }
      assertThat(threads("failing")).isEmpty();
    }
  }

  @Test
  void aKilledTaskStopsWaiting() {
    CountDownLatch killed = new CountDownLatch(1);
    WorkerPool<Integer, Integer> lane =
        new WorkerPool<>(
            "killed",
            items(10),
            new Steps(
                item -> {
                  await(killed);
                  return item;
                }),
            2,
            2,
            1000,
            () -> {
              killed.countDown();
              throw new IllegalStateException("killed");
            });

    assertThatThrownBy(lane::next).hasMessage("killed");
    lane.close();

    assertThat(threads("killed")).isEmpty();
  }

  @Test
  void aStepThatLosesTheInterruptKeepsNobody() throws InterruptedException {
    CountDownLatch working = new CountDownLatch(2);
    WorkerPool<Integer, Integer> lane =
        lane(
            "deaf",
            items(10),
            2,
            2,
            item -> {
              working.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                // Lost, as by a library that wraps it.
              }
              return item;
            });
    assertThat(lane.hasNext()).isTrue();
    working.await();
    lane.close();

    assertThat(threads("deaf")).isEmpty();
  }

  private WorkerPool<Integer, Integer> lane(
      String name, Iterator<Integer> items, int workers, int ahead, IntUnaryOperator work) {
    return new WorkerPool<>(name, items, new Steps(work), workers, ahead, 1000, () -> {});
  }

  /** Items weigh ten bytes. */
  private final class Steps implements WorkerPool.Steps<Integer, Integer> {
    private final IntUnaryOperator work;

    Steps(IntUnaryOperator work) {
      this.work = work;
    }

    @Override
    public long weight(Integer item) {
      return 10;
    }

    @Override
    public long fetch(Integer item) {
      fetched.incrementAndGet();
      return 10;
    }

    @Override
    public WorkerPool.Worker<Integer, Integer> worker() {
      return new WorkerPool.Worker<>() {
        @Override
        public Integer work(Integer item) {
          return work.applyAsInt(item);
        }

        @Override
        public void end() {
          ended.incrementAndGet();
        }
      };
    }
  }

  private void awaitFetched(int items) throws InterruptedException {
    while (fetched.get() < items) {
      Thread.sleep(5);
    }
    Thread.sleep(100); // for one too many
  }

  private static Iterator<Integer> items(int count) {
    return IntStream.range(0, count).iterator();
  }

  private static void await(CountDownLatch latch) {
    boolean done = false;
    while (!done) {
      try {
        latch.await();
        done = true;
      } catch (InterruptedException e) {
        // A worker ends its item.
      }
    }
  }

  private static List<String> threads(String lane) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith(lane))
        .toList();
  }
}
