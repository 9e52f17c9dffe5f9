package org.deeplabspark.device;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What a library's compiler sees before the kernels, so that they are the same for all. */
final class Prelude {

  private Prelude() {}

  static String read(String resource) {
    try (InputStream text = Prelude.class.getResourceAsStream(resource)) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
