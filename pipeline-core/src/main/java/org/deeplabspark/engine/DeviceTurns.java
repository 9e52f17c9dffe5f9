package org.deeplabspark.engine;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * A device's users in line. Whoever has a turn takes along those that wait with inputs of the same
 * shape, up to a batch; nobody waits for a batch to fill. The line is as long as there are calling
 * threads.
 */
final class DeviceTurns<I, O> {

  private record Waiting<I, O>(I input, CompletableFuture<O> output) {}

  private final Semaphore turns;
  private final int batch;
  private final Function<I, ?> shape;
  private final Function<List<I>, List<O>> run;
  private final List<Waiting<I, O>> line = new ArrayList<>();

  /**
   * A device without users.
   *
   * @param users turns at once, at least 1
   * @param batch inputs in one turn at most, at least 1
   * @param shape equal for inputs that may go together
   * @param run gives as many outputs, in order
   */
  DeviceTurns(int users, int batch, Function<I, ?> shape, Function<List<I>, List<O>> run) {
    this.turns = new Semaphore(users);
    this.batch = batch;
    this.shape = shape;
    this.run = run;
  }

  /** Waits for a turn, takes it or finds that another took this input along. */
  O take(I input) {
    Waiting<I, O> mine = new Waiting<>(input, new CompletableFuture<>());
    synchronized (line) {
      line.add(mine);
    }
    turns.acquireUninterruptibly();
    try {
      serve(group(mine));
    } finally {
      turns.release();
    }
    try {
      return mine.output().join();
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

  /** Inputs in line at this moment. */
  int waiting() {
    synchronized (line) {
      return line.size();
    }
  }

  /** Out of the line: this one and those like it; none if another has taken it along. */
  private List<Waiting<I, O>> group(Waiting<I, O> mine) {
    List<Waiting<I, O>> group = new ArrayList<>();
    synchronized (line) {
      if (!line.remove(mine)) {
        return group;
      }
      group.add(mine);
      Object wanted = shape.apply(mine.input());
      for (Iterator<Waiting<I, O>> others = line.iterator();
          others.hasNext() && group.size() < batch; ) {
        Waiting<I, O> other = others.next();
        if (shape.apply(other.input()).equals(wanted)) {
          group.add(other);
          others.remove();
        }
      }
    }
    return group;
  }

  private void serve(List<Waiting<I, O>> group) {
    if (group.isEmpty()) {
      return;
    }
    try {
      List<O> outputs = run.apply(group.stream().map(Waiting::input).toList());
      for (int i = 0; i < group.size(); i++) {
        group.get(i).output().complete(outputs.get(i));
      }
    } catch (RuntimeException | Error e) {
      if (group.size() == 1) {
        group.get(0).output().completeExceptionally(e);
      } else {
        // One of them may be at fault, or all too large together.
        group.forEach(one -> serve(List.of(one)));
      }
    }
  }
}
