package org.deeplabspark.crf;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * A fixed team of threads that run the parts of one task after another. The calling thread is one
 * of them, and {@link #run} returns when the task is done. Which thread takes which part is not
 * defined, so results must not depend on it.
 */
final class ThreadTeam implements AutoCloseable {

  /**
   * One part of a task; worker is less than the number of threads, and no two parts run under the
   * same worker at once.
   */
  interface Task {
    void run(int part, int worker);
  }

  /** The work on items [from, to). */
  interface RangeTask {
    void run(int from, int to, int worker);
  }

  /** A stage of a build: parts that may run at once and in any order. */
  record Stage(int parts, IntConsumer task) {
    static final Stage EMPTY = new Stage(0, part -> {});
  }

  // Fixed, so that work is cut in the same places for any number of threads.
  private static final int RANGES = 16;

  // Tasks are short: a worker spins for some dozen microseconds before it parks.
  private static final int SPINS = 2_000;
  private static final long PARK_NANOS = 100_000;

  private final Thread[] workers;
  private final AtomicInteger nextPart = new AtomicInteger();
  private final AtomicInteger busy = new AtomicInteger();
  private volatile Task task;
  private volatile int parts;
  private volatile int round;
  private volatile boolean closed;
  private volatile Throwable failure;

  /** Starts all threads but the calling one. */
  ThreadTeam(int threads) {
    workers = new Thread[threads - 1];
    for (int worker = 0; worker < workers.length; worker++) {
      int number = worker + 1;
      workers[worker] = new Thread(() -> work(number), "dense-crf-" + number);
      workers[worker].setDaemon(true);
      workers[worker].start();
    }
  }

  int threads() {
    return workers.length + 1;
  }

  /** Runs parts [0, parts) and returns when all are done. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // Only the caller counts rounds.
  void run(int parts, Task task) {
    if (workers.length == 0 || parts == 1) {
      for (int part = 0; part < parts; part++) {
        task.run(part, 0);
      }
      return;
    }
    this.task = task;
    this.parts = parts;
    nextPart.set(0);
    busy.set(workers.length);
    round++;
    for (Thread worker : workers) {
      LockSupport.unpark(worker);
    }
    takeParts(0);
    for (int spins = 0; busy.get() > 0; spins++) {
      pause(spins);
    }
    rethrow();
  }

  /** Runs a task on items [0, items), at most {@code chunk} at a time. */
  void runRanges(int items, int chunk, RangeTask task) {
    run(
        RANGES,
        (range, worker) -> {
          int to = cut(items, range + 1);
          for (int from = cut(items, range); from < to; from += chunk) {
            task.run(from, Math.min(to, from + chunk), worker);
          }
        });
  }

  /**
   * First item of a range: a multiple of 16, so that vector kernels meet few incomplete vectors.
   */
  private static int cut(int items, int range) {
    return range == RANGES ? items : (int) ((long) items * range / RANGES) & -16;
  }

  /** Runs several builds side by side: the first stages of all at once, then the second ones ... */
  void runStages(List<List<Stage>> builds) {
    int stages = builds.stream().mapToInt(List::size).max().orElse(0);
    for (int i = 0; i < stages; i++) {
      List<Runnable> tasks = new ArrayList<>();
      for (List<Stage> build : builds) {
        Stage stage = i < build.size() ? build.get(i) : Stage.EMPTY;
        for (int n = 0; n < stage.parts(); n++) {
          int part = n;
          tasks.add(() -> stage.task().accept(part));
        }
      }
      run(tasks.size(), (part, worker) -> tasks.get(part).run());
    }
  }

  private void rethrow() {
    Throwable thrown = failure;
    failure = null;
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown != null) {
      throw (RuntimeException) thrown;
    }
  }

  private void work(int worker) {
    int seen = 0;
    while (true) {
      for (int spins = 0; round == seen; spins++) {
        if (closed) {
          return;
        }
        pause(spins);
      }
      seen = round;
      takeParts(worker);
      busy.decrementAndGet();
    }
  }

  private void takeParts(int worker) {
    try {
      for (int part = nextPart.getAndIncrement(); part < parts; part = nextPart.getAndIncrement()) {
        task.run(part, worker);
      }
    } catch (RuntimeException | Error e) {
      failure = e;
      nextPart.set(parts);
    }
  }

  private static void pause(int spins) {
    if (spins < SPINS) {
      Thread.onSpinWait();
    } else {
      LockSupport.parkNanos(PARK_NANOS);
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Thread worker : workers) {
      LockSupport.unpark(worker);
    }
  }
}
