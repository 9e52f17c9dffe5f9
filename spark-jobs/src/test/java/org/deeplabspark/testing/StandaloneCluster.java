package org.deeplabspark.testing;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Spark standalone master and two workers of one core, each a process of its own on the loopback
 * interface, from the jars that Maven keeps: nothing is installed.
 */
public final class StandaloneCluster implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 120;
  private static final int LOWEST_PORT = 10_000;
  private static final int LOWEST_EPHEMERAL_PORT = 32_768; // on Linux
  private static final int PORT_ATTEMPTS = 100;

  private final Path dir;
  private final Path home;
  private final int port = freePort();
  private final int pages = freePort();
  private final List<Process> processes = new ArrayList<>();

  /**
   * Starts it and waits until both workers have registered.
   *
   * @param dir for logs and the workers' directories
   */
  public StandaloneCluster(Path dir) throws IOException, InterruptedException {
    this(dir, 1, Map.of());
  }

  /**
   * The same with other workers.
   *
   * @param cores of each worker
   * @param workerProperties Spark properties of the workers
   */
  public StandaloneCluster(Path dir, int cores, Map<String, String> workerProperties)
      throws IOException, InterruptedException {
    this.dir = dir;
    this.home = sparkHome(dir);
    daemon(
        "master",
        Map.of(),
        "org.apache.spark.deploy.master.Master",
        "--host",
        "127.0.0.1",
        "--port",
        "" + port,
        "--webui-port",
        "" + pages);
    for (int i = 0; i < 2; i++) {
      daemon(
          "worker" + i,
          workerProperties,
          "org.apache.spark.deploy.worker.Worker",
          "--host",
          "127.0.0.1",
          "--cores",
          "" + cores,
          "--memory",
          "2g",
          "--webui-port",
          "0",
          "--work-dir",
          workDirectory(i).toString(),
          master());
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!state().contains("\"aliveworkers\" : 2")) {
      if (System.nanoTime() > end) {
        close();
        throw new IllegalStateException("The workers did not register; logs in " + dir);
      }
      Thread.sleep(200);
    }
  }

  /** What {@code --master} takes. */
  public String master() {
    return "spark://127.0.0.1:" + port;
  }

  /**
   * What a launch gives before its command to run here. Executors have the first compiler only: a
   * CRF over many pixels wants {@code spark.executor.defaultJavaOptions=} among the properties.
   *
   * @param memory of an executor
   * @param properties more of Spark's, {@code KEY=VALUE}
   */
  public List<String> submit(String memory, String... properties) {
    List<String> options =
        new ArrayList<>(List.of("--master", master(), "--executor-memory", memory));
    List<String> all =
        new ArrayList<>(
            List.of(
                "spark.driver.host=127.0.0.1",
                "spark.driver.bindAddress=127.0.0.1",
                "spark.ui.enabled=false",
                "spark.executor.defaultJavaOptions=" + Launcher.SHORT_LIVED));
    all.addAll(List.of(properties));
    all.forEach(property -> options.addAll(List.of("--conf", property)));
    options.addAll(List.of("--driver-java-options", Launcher.SHORT_LIVED));
    options.add("--");
    return options;
  }

  /** Where a worker keeps its executors' directories, one an application. */
  public Path workDirectory(int worker) {
    return dir.resolve("work" + worker);
  }

  /** The executors that live, in any order. */
  public List<ProcessHandle> executors() {
    return processes.stream()
        .flatMap(Process::descendants)
        .filter(ProcessHandle::isAlive)
        .filter(
            process ->
                process.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
        .toList();
  }

  /** What the executors of both workers have logged, each one's apart. */
  public List<String> executorLogs() throws IOException {
    List<String> logs = new ArrayList<>();
    for (int worker = 0; worker < 2; worker++) {
      try (Stream<Path> files = Files.walk(workDirectory(worker))) {
        for (Path log : files.filter(file -> file.endsWith("stderr")).toList()) {
          logs.add(Files.readString(log));
        }
      }
    }
    return logs;
  }

  private String state() throws InterruptedException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + pages + "/json/")).build();
      return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return "not up yet";
    }
  }

  /** A directory of links: workers give their executors everything in SPARK_HOME/jars. */
  private static Path sparkHome(Path dir) throws IOException {
    Path jars = Files.createDirectories(dir.resolve("home/jars"));
    String classpath =
        Files.readString(SharedData.root().resolve("spark-jobs/target/spark.classpath"));
    for (String jar : Pattern.compile(File.pathSeparator).split(classpath.strip(), -1)) {
      Files.createSymbolicLink(jars.resolve(Path.of(jar).getFileName()), Path.of(jar));
    }
    return jars.getParent();
  }

  private void daemon(
      String name, Map<String, String> properties, String mainClass, String... arguments)
      throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx512m",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED"));
    properties.forEach((key, value) -> line.add("-D" + key + "=" + value));
    line.addAll(List.of("-cp", home + "/jars/*", mainClass));
    line.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve(name + ".log").toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "SPARK_HOME",
                home.toString(),
                "SPARK_SCALA_VERSION",
                "2.12",
                "SPARK_LOCAL_IP",
                "127.0.0.1"));
    processes.add(builder.start());
  }

  /** Below those that the system gives out, of which another test's processes take many. */
  private static int freePort() {
    for (int attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
      int candidate = ThreadLocalRandom.current().nextInt(LOWEST_PORT, LOWEST_EPHEMERAL_PORT);
      try (ServerSocket socket = new ServerSocket(candidate)) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // It is taken.
      }
    }
    throw new IllegalStateException("No free port");
  }

  @Override
  public void close() {
    // Workers first: a worker without its master tries to find it again.
    for (int i = processes.size() - 1; i >= 0; i--) {
      Process process = processes.get(i);
      process.destroy();
      try {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
