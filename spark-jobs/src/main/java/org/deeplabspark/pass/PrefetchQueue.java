package org.deeplabspark.pass;

import java.util.ArrayDeque;
import java.util.Deque;

/** Fetched items that no worker has taken yet, bounded by their weight. */
final class PrefetchQueue<I> {

  private record Weighed<I>(I item, long bytes) {}

  private final long mostBytes;
  private final Deque<Weighed<I>> waiting = new ArrayDeque<>();
  private long bytes;
  private boolean closed;

  /** An empty queue; an item that is heavier than the limit passes alone. */
  PrefetchQueue(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Waits until an item of this weight may be added, or the queue is closed. */
  synchronized void awaitRoom(long moreBytes) throws InterruptedException {
    while (!closed && !waiting.isEmpty() && bytes + moreBytes > mostBytes) {
      wait();
    }
  }

  synchronized boolean hasRoom() {
    return bytes < mostBytes;
  }

  synchronized void put(I item, long itemBytes) {
    waiting.addLast(new Weighed<>(item, itemBytes));
    bytes += itemBytes;
    notifyAll();
  }

  /** The next item, as soon as there is one; null once the queue is closed. */
  synchronized I take() throws InterruptedException {
    while (!closed && waiting.isEmpty()) {
      wait();
    }
    if (closed) {
      return null;
    }
    Weighed<I> first = waiting.removeFirst();
    bytes -= first.bytes();
    notifyAll();
    return first.item();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Lets everybody go who waits. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }
}
