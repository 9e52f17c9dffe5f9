package org.deeplabspark.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.settings.UsageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write to an output: the file {@code _runs/_lock}, which only one run can create. Its
 * time is renewed while the run lives. A lock counts as left behind when its process is gone from
 * this machine, or when nobody has renewed it for a while; it is then taken over, and a run that
 * comes back after that finds out before its next commit.
 */
public final class RunLock implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RunLock.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = "_runs/_lock";
  private static final int SIGNS_OF_LIFE = 5;
  private static final int MOST_ROUNDS = 100;

  private final OutputDirectory output;
  private final String own;
  private final Timer heart = new Timer("lock", true);
  private boolean closed;

  private RunLock(OutputDirectory output) {
    this.output = output;
    this.own = describe(output.runId());
  }

  /**
   * Takes the lock of an output.
   *
   * @param stale time after which a lock that is not renewed is taken over
   * @throws IllegalStateException naming the run that holds it, or the file if it names none
   * @throws UsageException if there is a directory in its place
   */
  public static RunLock take(OutputDirectory output, Duration stale) throws IOException {
    return take(output, output.root(), stale);
  }

  /**
   * The same for a lock that does not lie in what it guards.
   *
   * @param guarded what the message of a refusal names
   */
  public static RunLock take(OutputDirectory output, Path guarded, Duration stale)
      throws IOException {
    requireFile(output);
    RunLock lock = new RunLock(output);
    for (int round = 0; !output.create(NAME, lock.own); round++) {
      Optional<Holder> holder = holder(output);
      if (holder.isPresent()) {
        takeOver(output, guarded, holder.get(), stale);
      } else if (round > MOST_ROUNDS) { // else it has just ended
        throw new IllegalStateException(
            "Cannot create " + output.path(NAME) + " and cannot read it; remove it");
      }
    }
    lock.heart.schedule(
        new TimerTask() {
          @Override
          public void run() {
            lock.renew();
          }
        },
        stale.toMillis() / SIGNS_OF_LIFE,
        stale.toMillis() / SIGNS_OF_LIFE);
    return lock;
  }

  /**
   * Looks whether the lock could be taken, before anything is claimed for the run.
   *
   * @throws IllegalStateException as {@link #take}
   * @throws UsageException as {@link #take}
   */
  public static void look(OutputDirectory output, Duration stale) throws IOException {
    look(output, output.root(), stale);
  }

  /** The same for a lock that does not lie in what it guards. */
  public static void look(OutputDirectory output, Path guarded, Duration stale) throws IOException {
    requireFile(output);
    Optional<Holder> holder = holder(output);
    if (holder.isPresent() && holder.get().leftBehind(stale).isEmpty()) {
      throw refusal(output, guarded, holder.get(), stale);
    }
  }

  private static void requireFile(OutputDirectory output) throws IOException {
    if (output.isDirectory(NAME)) {
      throw new UsageException(
          "Invalid --output: " + output.path(NAME) + " is a directory and no lock; remove it");
    }
  }

  private static void takeOver(OutputDirectory output, Path guarded, Holder holder, Duration stale)
      throws IOException {
    String why = holder.leftBehind(stale);
    if (why.isEmpty()) {
      throw refusal(output, guarded, holder, stale);
    }
    LOG.warn("Taking over from run {}: {}", holder.sentence(), why);
    output.delete(NAME);
  }

  private static IllegalStateException refusal(
      OutputDirectory output, Path guarded, Holder holder, Duration stale) {
    return new IllegalStateException(
        holder.isTorn()
            ? String.format(
                "The lock %s is empty or damaged: remove it if no run is writing to %s; %d minutes after it was written it counts for nothing",
                output.path(NAME), guarded, stale.toMinutes())
            : String.format(
                "Run %s is writing to %s; wait for its end, or %d minutes from its last sign of life if it is dead",
                holder.sentence(), guarded, stale.toMinutes()));
  }

  /** Another run may be writing to the output. */
  public static final class LostException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    public LostException(String message) {
      super(message);
    }
  }

  /**
   * Checks that the lock is still this run's.
   *
   * @throws LostException if it is another run's, or gone
   */
  public synchronized void check() throws IOException {
    Optional<Holder> holder = holder(output);
    if (holder.isEmpty() || !holder.get().runId().equals(output.runId())) {
      throw new LostException(
          String.format(
              "Run %s lost its lock on %s to %s; what it had not committed is left to that",
              output.runId(),
              output.root(),
              holder.map(h -> "run " + h.sentence()).orElse("somebody who removed " + NAME)));
    }
  }

  private synchronized void renew() {
    if (closed) {
      return;
    }
    try {
      check();
      output.writeText(NAME, own);
    } catch (Throwable e) { // Hadoop's FSError too: a timer that dies renews nothing any more
      // A commit asks again, and stops the run where there is reason to.
      LOG.warn("Cannot renew the lock: {}", e.toString());
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    heart.cancel();
    Optional<Holder> holder = holder(output);
    if (holder.isPresent() && holder.get().runId().equals(output.runId())) {
      output.delete(NAME);
    }
  }

  private static String describe(String runId) {
    ObjectNode lock = JSON.createObjectNode();
    ProcessHandle self = ProcessHandle.current();
    lock.put("run_id", runId);
    lock.put("host", host());
    lock.put("place", place());
    lock.put("pid", self.pid());
    lock.put("process_started", self.info().startInstant().map(Instant::toString).orElse(""));
    lock.put("since", Instant.now().toString());
    return lock + "\n";
  }

  private static Optional<Holder> holder(OutputDirectory output) throws IOException {
    // The file system's clock tells the lock's age; those of two machines may differ.
    Optional<String> text = output.text(NAME);
    Optional<Instant> renewed = output.modified(NAME);
    if (text.isEmpty() || renewed.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Holder(parsed(text.get()), Duration.between(renewed.get(), output.now())));
  }

  /** Empty for the moment between its creation and its first byte; torn after a power cut. */
  private static JsonNode parsed(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return JSON.createObjectNode();
    }
  }

  /** Who holds a lock, and for how long nothing was heard of it. */
  private record Holder(JsonNode json, Duration silent) {

    String runId() {
      return json.path("run_id").asText();
    }

    boolean isTorn() {
      return runId().isEmpty();
    }

    String sentence() {
      if (isTorn()) {
        return "(its lock is empty or damaged)";
      }
      return String.format(
          "%s (process %s on %s since %s)",
          runId(),
          json.path("pid").asText(),
          json.path("host").asText(),
          json.path("since").asText());
    }

    /** Why nobody holds it any more; empty where somebody may. */
    String leftBehind(Duration stale) {
      if (silent.compareTo(stale) > 0) {
        return "silent for " + silent.toMinutes() + " minutes";
      }
      if (isTorn() || !json.path("place").asText().equals(place())) {
        return "";
      }
      Optional<Instant> started =
          ProcessHandle.of(json.path("pid").asLong())
              .filter(ProcessHandle::isAlive)
              .map(process -> process.info().startInstant().orElse(Instant.EPOCH));
      boolean lives =
          started.isPresent()
              && (started.get().equals(Instant.EPOCH)
                  || started.get().toString().equals(json.path("process_started").asText()));
      return lives ? "" : "its process is gone";
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** Where process numbers mean the same: a machine between two boots, and a container on it. */
  private static String place() {
    try {
      String boot = Files.readString(java.nio.file.Path.of("/proc/sys/kernel/random/boot_id"));
      return boot.strip() + Files.readSymbolicLink(java.nio.file.Path.of("/proc/self/ns/pid"));
    } catch (IOException e) {
      return host();
    }
  }
}
