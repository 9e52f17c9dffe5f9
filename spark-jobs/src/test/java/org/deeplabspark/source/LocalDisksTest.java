package org.deeplabspark.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalDisksTest {

  @TempDir Path dir;

  @Test
  void nothingIsHeldUnknownAndNoLinkOrPseudoFileEver() throws IOException {
    Path file = Files.writeString(dir.resolve("a.jpg"), "a");
    Path link = Files.createSymbolicLink(dir.resolve("link.jpg"), file);
    assertThat(LocalDisks.hold(file)).isFalse();
    LocalDisks.learn(file);
    assertThat(LocalDisks.hold(link)).isFalse();
    assertThat(LocalDisks.hold(dir.resolve("below/b.jpg"))).isFalse();
    LocalDisks.learn(Path.of("/proc/self/status"));
    assertThat(LocalDisks.hold(Path.of("/proc/self/status"))).isFalse();
    assertThat(LocalDisks.hold(Path.of("/"))).isFalse();
  }
}
