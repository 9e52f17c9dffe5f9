package org.deeplabspark.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A headless Chromium with one page, driven over its DevTools protocol on the loopback interface.
 */
public final class Chromium implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 120;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final WebSocket socket;
  private final LinkedBlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
  private final List<String> complaints = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();
  private int lastId;

  /**
   * Starts a browser; the calling test is skipped, with a message, where there is none.
   *
   * @param profile a new directory for all that it writes
   */
  public Chromium(Path profile) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            program().toString(),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--remote-debugging-port=0",
            "--user-data-dir=" + profile,
            "about:blank");
    process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(profile.resolveSibling(profile.getFileName() + ".log").toFile())
            .start();
    try {
      socket = connect(port(profile.resolve("DevToolsActivePort")));
      for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
        call(domain + ".enable", Map.of());
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static Path program() {
    Optional<Path> found =
        Arrays.stream(String.valueOf(System.getenv("PATH")).split(File.pathSeparator))
            .flatMap(
                dir ->
                    List.of("chromium", "chromium-browser", "google-chrome").stream()
                        .map(name -> Path.of(dir, name)))
            .filter(Files::isExecutable)
            .findFirst();
    if (found.isEmpty()) {
      String wanted = "wanted chromium on the PATH to open the page in (Debian's package chromium)";
      System.err.println("Skipped: " + wanted);
      Assumptions.abort(wanted);
    }
    return found.orElseThrow();
  }

  private int port(Path file) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!Files.exists(file) || Files.readAllLines(file).size() < 2) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IllegalStateException("Chromium did not start; its log is beside " + file);
      }
      Thread.sleep(50);
    }
    return Integer.parseInt(Files.readAllLines(file).get(0));
  }

  private WebSocket connect(int port) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest targets =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list")).build();
    String address = null;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (address == null) {
      for (JsonNode target :
          JSON.readTree(client.send(targets, HttpResponse.BodyHandlers.ofString()).body())) {
        if (target.path("type").asText().equals("page")) {
          address = target.path("webSocketDebuggerUrl").asText();
        }
      }
      if (System.nanoTime() > end) {
        throw new IllegalStateException("Chromium has no page");
      }
      Thread.sleep(50);
    }
    return client.newWebSocketBuilder().buildAsync(URI.create(address), new Receiver()).join();
  }

  private final class Receiver implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      message.append(data);
      if (last) {
        try {
          received.add(JSON.readTree(message.toString()));
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
        message.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  /** Calls a method of the protocol. */
  private JsonNode call(String method, Map<String, ?> parameters) throws InterruptedException {
    int id = ++lastId;
    ObjectNode message = JSON.createObjectNode();
    message.put("id", id);
    message.put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    socket.sendText(message.toString(), true).join();
    while (true) {
      JsonNode next = next();
      if (next.path("id").asInt() == id) {
        if (next.has("error")) {
          throw new IllegalStateException(method + ": " + next.get("error"));
        }
        return next.path("result");
      }
    }
  }

  private JsonNode next() throws InterruptedException {
    JsonNode next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (next == null) {
      throw new IllegalStateException("Chromium has not answered for " + PATIENCE_SECONDS + " s");
    }
    switch (next.path("method").asText()) {
      case "Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown" ->
          complaints.add(next.path("params").toString());
      case "Network.requestWillBeSent" -> requests.add(next.at("/params/request/url").asText());
      default -> {}
    }
    return next;
  }

  /** Opens a page in a window of this size and waits until all of it is there. */
  public void open(URI page, int width, int height) throws InterruptedException {
    complaints.clear();
    requests.clear();
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    call("Page.navigate", Map.of("url", page.toString()));
    while (!next().path("method").asText().equals("Page.loadEventFired")) {
      // Events before it are kept by next().
    }
  }

  /** Shows pages in a dark or light scheme, or as on paper. */
  public void media(String type, boolean dark) throws InterruptedException {
    call(
        "Emulation.setEmulatedMedia",
        Map.of(
            "media",
            type,
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
  }

  /** The value of an expression, which must be one that JSON can hold. */
  public JsonNode evaluate(String expression) throws InterruptedException {
    JsonNode result =
        call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + result.get("exceptionDetails"));
    }
    return result.at("/result/value");
  }

  /** The whole page as a PNG, below the window's edge too. */
  public byte[] screenshot() throws InterruptedException {
    JsonNode shot =
        call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
    return Base64.getDecoder().decode(shot.get("data").asText());
  }

  /** What the console said since the page was opened. */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** What the page asked for since it was opened, itself included. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      // It writes into its profile until its end, which would keep the directory from being
      // deleted.
      process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
