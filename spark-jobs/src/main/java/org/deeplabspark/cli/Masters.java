package org.deeplabspark.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkThrowable;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.util.Utils;
import org.deeplabspark.settings.UsageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether one of the standalone masters that {@code --master} names answers: asked before Spark is
 * started, which would try for a minute, and then end with a trace of something else.
 */
final class Masters {

  private static final Logger LOG = LoggerFactory.getLogger(Masters.class);

  private static final String STANDALONE = "spark://";
  private static final int CONNECT_MILLIS = 5_000;
  private static final long PAUSE_MILLIS = 500;

  private Masters() {}

  /**
   * Waits until somebody listens at one of the addresses; masters of other kinds are not asked.
   *
   * @param seconds to try for; a master may be starting
   * @throws UsageException if nobody does, or a host is unknown
   */
  static void await(String master, int seconds) {
    if (!master.startsWith(STANDALONE)) {
      return;
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    boolean said = false;
    while (true) {
      String problem = problem(master);
      if (problem.isEmpty()) {
        return;
      }
      if (System.nanoTime() > end) {
        throw new UsageException(
            String.format(
                "Invalid --master: no Spark master answered at %s within %d s (%s); start it, put the"
                    + " address right, or wait longer (cluster.wait-seconds)",
                master, seconds, problem));
      }
      if (!said) {
        LOG.warn("{} does not answer ({}), trying for {} s", master, problem, seconds);
        said = true;
      }
      pause();
    }
  }

  /** What to throw where Spark could not be started on a master, or was stopped at once. */
  static RuntimeException refused(String master, Exception thrown) {
    boolean named = thrown instanceof SparkThrowable known && known.getErrorClass() != null;
    if (named || !(thrown instanceof RuntimeException unchecked)) {
      return new UsageException("Invalid Spark settings: " + OneLine.of(thrown), thrown);
    }
    return master.startsWith(STANDALONE)
        ? new UsageException(
            String.format(
                "Invalid --master: %s took no application, or removed it because its executors did not"
                    + " start; is it the port of a Spark 3.5 master (7077), not that of its pages?"
                    + " Its log and its workers' say more",
                master),
            thrown)
        : unchecked;
  }

  /** Why none of the addresses answers; empty where one does. */
  private static String problem(String master) {
    String problem = "";
    boolean known = false;
    for (String url : addresses(master)) {
      RpcAddress address = address(url);
      InetSocketAddress socket = new InetSocketAddress(address.host(), address.port());
      known |= !socket.isUnresolved();
      try (Socket connection = new Socket()) {
        connection.connect(socket, CONNECT_MILLIS);
        return "";
      } catch (IOException e) {
        problem = socket.isUnresolved() ? "unknown host " + address.host() : e.getMessage();
      }
    }
    if (!known) {
      throw new UsageException("Invalid --master: " + problem + " in " + master);
    }
    return problem;
  }

  private static String[] addresses(String master) {
    return Utils.parseStandaloneMasterUrls(master);
  }

  private static RpcAddress address(String url) {
    try {
      return RpcAddress.fromSparkURL(url);
    } catch (Exception e) { // SparkException, which Scala does not declare.
      throw new UsageException("Invalid --master: must be like spark://host:7077, got " + url, e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the master", e);
    }
  }
}
