package org.deeplabspark.crf;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that take the parts of one task after another. The caller is one of them, and a task is
 * done when {@link #run} returns; who takes which part is left to chance, so parts must not depend
 * on it.
 */
final class Crew implements AutoCloseable {

  /**
   * A part of a task; worker is below the number of threads, and no two parts run under the same at
   * once.
   */
  interface Task {
    void run(int part, int worker);
  }

  // Sections are short: a worker spins for some dozen microseconds before it sleeps.
  private static final int SPINS = 2_000;
  private static final long NAP_NANOS = 100_000;

  private final Thread[] workers;
  private final AtomicInteger nextPart = new AtomicInteger();
  private final AtomicInteger busy = new AtomicInteger();
  private volatile Task task;
  private volatile int parts;
  private volatile int round;
  private volatile boolean closed;
  private volatile Throwable failure;

  /** Starts all but the calling thread. */
  Crew(int threads) {
    workers = new Thread[threads - 1];
    for (int worker = 0; worker < workers.length; worker++) {
      int number = worker + 1;
      workers[worker] = new Thread(() -> serve(number), "dense-crf-" + number);
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

  /** Runs tasks, each once. */
  void runAll(List<Runnable> tasks) {
    run(tasks.size(), (part, worker) -> tasks.get(part).run());
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

  private void serve(int worker) {
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
      LockSupport.parkNanos(NAP_NANOS);
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
