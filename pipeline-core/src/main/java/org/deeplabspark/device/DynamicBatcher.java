package org.deeplabspark.device;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * Shares a device among threads. A thread whose turn it is runs its own input and the waiting ones
 * of the same shape as one batch; nobody waits for a batch to fill.
 */
public final class DynamicBatcher<I, O> {

  /** Not a record: it is looked up by identity, and comparing inputs would compare images. */
  private static final class Request<I, O> {
    private final I input;
    private final CompletableFuture<O> output = new CompletableFuture<>();

    Request(I input) {
      this.input = input;
    }
  }

  private final Semaphore slots;
  private final int maxBatch;
  private final Function<I, ?> shape;
  private final Function<List<I>, List<O>> run;
  private final List<Request<I, O>> queue = new ArrayList<>();

  /**
   * A device with an empty queue.
   *
   * @param slots runs at once, at least 1
   * @param maxBatch inputs of one run, at least 1
   * @param shape equal for inputs that may share a batch
   * @param run returns one output for each input, in order
   */
  public DynamicBatcher(
      int slots, int maxBatch, Function<I, ?> shape, Function<List<I>, List<O>> run) {
    this.slots = new Semaphore(slots);
    this.maxBatch = maxBatch;
    this.shape = shape;
    this.run = run;
  }

  /** Runs an input, alone or in another thread's batch, and returns its output. */
  public O submit(I input) {
    Request<I, O> request = new Request<>(input);
    synchronized (queue) {
      queue.add(request);
    }
    slots.acquireUninterruptibly();
    try {
      run(dequeue(request));
    } finally {
      slots.release();
    }
    try {
      return request.output.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Length of the queue at this moment. */
  public int waiting() {
    synchronized (queue) {
      return queue.size();
    }
  }

  /** Takes a request and others of its shape off the queue; none if another batch has it. */
  private List<Request<I, O>> dequeue(Request<I, O> request) {
    synchronized (queue) {
      if (!queue.remove(request)) {
        return List.of();
      }
      Object wanted = shape.apply(request.input);
      List<Request<I, O>> batch = new ArrayList<>(List.of(request));
      queue.stream()
          .filter(other -> shape.apply(other.input).equals(wanted))
          .limit(maxBatch - 1)
          .forEach(batch::add);
      queue.removeAll(batch);
      return batch;
    }
  }

  private void run(List<Request<I, O>> batch) {
    if (batch.isEmpty()) {
      return;
    }
    try {
      List<O> outputs = run.apply(batch.stream().map(request -> request.input).toList());
      for (int i = 0; i < batch.size(); i++) {
        batch.get(i).output.complete(outputs.get(i));
      }
    } catch (RuntimeException | Error e) {
      if (batch.size() == 1) {
        batch.get(0).output.completeExceptionally(e);
      } else {
        // One input may be at fault, or the batch too large for the device's memory.
        batch.forEach(request -> run(List.of(request)));
      }
    }
  }
}
