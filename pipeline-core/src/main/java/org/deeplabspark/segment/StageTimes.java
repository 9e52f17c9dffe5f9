package org.deeplabspark.segment;

import java.util.EnumMap;
import java.util.Map;
import org.deeplabspark.image.MalformedImageException;

/** Runs and times stages; turns what they throw into a {@link StageException}. */
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
    } catch (RuntimeException | Error e) {
      throw StageException.of(stage, e);
    } finally {
      nanos.merge(stage, System.nanoTime() - start, Long::sum);
    }
  }

  double millis(Stage stage) {
    return nanos.getOrDefault(stage, 0L) / 1e6;
  }
}
