package org.deeplabspark.image;

import java.time.Duration;

/**
 * When decoding one image has taken too long. A file of a few megabytes can hold thousands of scans
 * or directories, each of which costs as much as a whole image: the limit on pixels is none on
 * time.
 */
final class Deadline {

  private final Duration limit;
  private final long start = System.nanoTime();

  private Deadline(Duration limit) {
    this.limit = limit;
  }

  /** The moment that is this long from now. */
  static Deadline in(Duration limit) {
    return new Deadline(limit);
  }

  boolean passed() {
    return System.nanoTime() - start > limit.toNanos();
  }

  void check() throws MalformedImageException {
    if (passed()) {
      throw tooSlow(null);
    }
  }

  /** What is thrown once it has passed. */
  MalformedImageException tooSlow(Throwable cause) {
    return new MalformedImageException(
        "too-slow",
        String.format(
            "Decoding was not done after %s s: raise image.max-seconds or save the image anew",
            limit.toMillis() / 1000.0),
        cause);
  }
}
