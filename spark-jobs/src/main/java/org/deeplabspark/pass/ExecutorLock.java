package org.deeplabspark.pass;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Lets an image have an executor for itself: when it found no memory beside others, and when an
 * executor has died while it was worked on, so that no other image comes under suspicion.
 */
final class ExecutorLock {

  // Fair: an image that waits to be alone is not overtaken for ever.
  private static final ReadWriteLock IMAGES = new ReentrantReadWriteLock(true);

  private ExecutorLock() {}

  /** To be held while an image is worked on. */
  static Lock beside() {
    return IMAGES.readLock();
  }

  /** To be held while an image is worked on and no other is. */
  static Lock alone() {
    return IMAGES.writeLock();
  }
}
