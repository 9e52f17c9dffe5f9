package org.deeplabspark.segment;

import java.util.EnumMap;
import java.util.Map;
import org.deeplabspark.image.MalformedImageException;

/** Runs stages, takes their times and gives what they throw its stage and code. */
final class StageTimes {

  /** Work that belongs to one stage. */
  interface Work<T> {
    T run() throws MalformedImageException;
  }

  private final Map<Stage, Long> nanos = new EnumMap<>(Stage.class);

  <T> T time(Stage stage, Work<T> work) throws StageException {
    long start = System.nanoTime();
    try {
      return work.run();
    } catch (MalformedImageException e) {
      throw new StageException(stage, e.code(), e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      // A large image asked for a large array. What it held is free again once this is thrown.
      throw new StageException(stage, "out-of-memory", oneLine(e), e);
    } catch (RuntimeException e) {
      throw new StageException(stage, "internal", oneLine(e), e);
    } finally {
      nanos.merge(stage, System.nanoTime() - start, Long::sum);
    }
  }

  double millis(Stage stage) {
    return nanos.getOrDefault(stage, 0L) / 1e6;
  }

  private static String oneLine(Throwable e) {
    String type = e.getClass().getSimpleName();
    return e.getMessage() == null ? type : type + ": " + e.getMessage().replaceAll("\\s+", " ");
  }
}
