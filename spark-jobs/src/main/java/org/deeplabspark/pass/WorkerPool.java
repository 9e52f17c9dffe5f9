package org.deeplabspark.pass;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A task's items on their way through its threads: one that fetches ahead, workers that each take
 * the next fetched item, and the caller's, which only hands in items and takes out results, in the
 * order in which they are ready. A slow item holds one worker and stalls no other.
 *
 * <p>Bounded: no more items are inside at once than there are workers and places to read ahead, and
 * fetching stops while what was fetched and not yet taken weighs more than its limit.
 *
 * <p>What a thread throws is thrown to the caller, wrapped in no other exception.
 */
final class WorkerPool<I, O> implements Iterator<O>, AutoCloseable {

  /** How long the caller waits before it looks again whether it should stop. */
  private static final long LOOK_MILLIS = 200;

  /** What is done with items, apart from the caller's thread. */
  interface Steps<I, O> {

    /** Weight of an item that is yet to be fetched, in bytes; 0 where unknown. */
    long weight(I item);

    /** Fetches what a worker needs, and returns the item's weight now. */
    long fetch(I item);

    /** A worker's own state; called in the worker's thread. */
    Worker<I, O> worker();
  }

  /** One thread's state. */
  interface Worker<I, O> {
    O work(I item);

    /** After the last item, unless {@link #work} has thrown. */
    void end();
  }

  private record Result<O>(O value, Throwable failure) {}

  private final Iterator<I> items;
  private final Steps<I, O> steps;
  private final Runnable stopIfKilled;
  private final int mostInside;
  private final PrefetchQueue<I> fetched;
  private final BlockingQueue<I> handedIn = new LinkedBlockingQueue<>();
  private final BlockingQueue<Result<O>> results = new LinkedBlockingQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private int inside;

  /**
   * Starts the threads.
   *
   * @param name of the task, which the threads bear too
   * @param items read by the caller's thread only
   * @param workers threads that work at once
   * @param ahead items beyond those that are worked on
   * @param aheadBytes weight above which nothing more is fetched ahead
   * @param stopIfKilled throws where the caller should stop waiting
   */
  WorkerPool(
      String name,
      Iterator<I> items,
      Steps<I, O> steps,
      int workers,
      int ahead,
      long aheadBytes,
      Runnable stopIfKilled) {
    this.items = items;
    this.steps = steps;
    this.stopIfKilled = stopIfKilled;
    this.mostInside = workers + ahead;
    this.fetched = new PrefetchQueue<>(aheadBytes);
    start(name + " fetch", this::fetch);
    for (int worker = 0; worker < workers; worker++) {
      start(name + " worker " + worker, this::work);
    }
  }

  private interface Body {
    void run() throws InterruptedException;
  }

  private void start(String name, Body body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (InterruptedException e) {
                // Only close() interrupts, and nobody waits for a result then.
              } catch (Throwable e) { // also errors: a thread that dies in silence hangs a task
                results.add(new Result<>(null, e));
              }
            },
            name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void fetch() throws InterruptedException {
    while (!fetched.isClosed()) {
      I item = handedIn.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      if (item != null) {
        fetched.awaitRoom(steps.weight(item));
        fetched.put(item, steps.fetch(item));
      }
    }
  }

  private void work() throws InterruptedException {
    Worker<I, O> worker = steps.worker();
    try {
      for (I item = fetched.take(); item != null; item = fetched.take()) {
        results.add(new Result<>(worker.work(item), null));
      }
    } catch (InterruptedException e) {
      worker.end();
      throw e;
    }
    worker.end();
  }

  @Override
  public boolean hasNext() {
    while (inside < mostInside && (inside == 0 || fetched.hasRoom()) && items.hasNext()) {
      handedIn.add(items.next());
      inside++;
    }
    return inside > 0;
  }

  @Override
  public O next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      Result<O> result = null;
      while (result == null) {
        stopIfKilled.run();
        result = results.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      }
      if (result.failure() instanceof Error failure) {
        throw failure;
      }
      if (result.failure() != null) {
        throw (RuntimeException) result.failure(); // the steps throw no others
      }
      inside--;
      return result.value();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopIfKilled.run();
      throw new IllegalStateException("Interrupted, and not killed", e);
    }
  }

  /**
   * Stops the threads and waits until they are gone: a worker ends its item first, so that the
   * cores are free when this returns.
   */
  @Override
  public void close() {
    // A step may lose the interrupt, which only shortens its waiting; the queue does not forget.
    fetched.close();
    threads.forEach(Thread::interrupt);
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
