package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplabspark.testing.SharedData;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HOCON files of a user open nothing else: a real server listens for whoever asks. */
class IncludesTest {

  @TempDir Path dir;

  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    SharedSpark.session();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          byte[] settings =
              "crf.iterations = 3\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, settings.length);
          exchange.getResponseBody().write(settings);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void includeIsRefusedInEveryFileOfAUser() throws IOException {
    Files.writeString(dir.resolve("other.conf"), "crf.iterations = 3\n");
    List<String> includes =
        List.of(
            "include url(\"http://127.0.0.1:" + server.getAddress().getPort() + "/x.conf\")",
            "include classpath(\"conf/crf-presets.conf\")",
            "include file(\"" + dir.resolve("other.conf") + "\")",
            "include required(file(\"" + dir.resolve("other.conf") + "\"))",
            "include \"other.conf\"",
            "crf { include \"other.conf\" }");
    String model = SharedData.root().resolve("conf/models/compact-scenes").toString();
    for (String include : includes) {
      Path mine = Files.writeString(dir.resolve("mine.conf"), include + "\n");
      assertRefused("segment", "--model", model, "--input", "i", "--output", "o", "--config", mine);
      assertRefused("validate", "--input", "i", "--truth", "t", "--dataset", mine);
      assertRefused(
          "evaluate", "--predictions", "p", "--truth", "t", "--output", "o", "--label-map", mine);
      assertRefused(
          "model",
          "import",
          "--network",
          "compact",
          "--classes",
          "a,b",
          "--weights",
          model + "/model.onnx",
          "--output",
          dir.resolve("model"),
          "--name-map",
          mine);
    }
    assertThat(asked).hasValue(0);
    assertThat(dir.resolve("model")).doesNotExist();
  }

  private static void assertRefused(Object... line) {
    String[] words = java.util.Arrays.stream(line).map(Object::toString).toArray(String[]::new);
    assertThat(DeeplabTest.errorOf(ExitCode.USAGE, words))
        .hasLineCount(1)
        .contains("mine.conf", "include ", "is not supported; put its lines into this file");
  }
}
