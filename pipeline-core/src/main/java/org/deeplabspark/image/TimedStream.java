package org.deeplabspark.image;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * A file in memory whose reading fails once a deadline has passed: native decoders are stopped by
 * nothing else. It is handed out in small pieces, so that a reader that buffers asks often.
 */
final class TimedStream extends ImageInputStreamImpl {

  /**
   * Some scans of a progressive JPEG at their shortest; a call costs less than to decode as much.
   */
  private static final int PIECE_BYTES = 512;

  private final byte[] content;
  private final Deadline deadline;

  TimedStream(byte[] content, Deadline deadline) {
    this.content = content;
    this.deadline = deadline;
  }

  @Override
  public int read() throws IOException {
    bitOffset = 0;
    if (streamPos >= content.length) {
      return -1;
    }
    if (streamPos % PIECE_BYTES == 0) {
      check();
    }
    return content[(int) streamPos++] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    check();
    bitOffset = 0;
    if (streamPos >= content.length) {
      return -1;
    }
    int bytes = (int) Math.min(Math.min(length, PIECE_BYTES), content.length - streamPos);
    System.arraycopy(content, (int) streamPos, target, offset, bytes);
    streamPos += bytes;
    return bytes;
  }

  @Override
  public long length() {
    return content.length;
  }

  private void check() throws IOException {
    if (deadline.passed()) {
      throw new IOException("The deadline has passed");
    }
  }
}
