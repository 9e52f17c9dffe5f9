package org.deeplabspark.executor;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplabspark.engine.EngineSettings;
import org.deeplabspark.engine.OnnxEngine;
import org.deeplabspark.engine.SegmentationEngine;
import org.deeplabspark.model.EngineKind;
import org.deeplabspark.model.Model;

/**
 * The engines of this JVM: one for each model, device and number of threads, opened by the first
 * task that asks, shared by all tasks and kept until the JVM ends, so that a second job does not
 * load the model again.
 */
public final class Engines {

  private record Key(String modelDigest, EngineSettings settings) {}

  private static final Map<Key, SegmentationEngine> OPEN = new ConcurrentHashMap<>();
  private static final AtomicInteger OPENED = new AtomicInteger();

  private Engines() {}

  /** The engine of a model; waits where another task is opening it. */
  public static SegmentationEngine shared(Model model, EngineSettings settings) {
    return OPEN.computeIfAbsent(
        new Key(model.digest(), settings),
        key -> {
          SegmentationEngine engine = open(model, settings);
          OPENED.incrementAndGet();
          return engine;
        });
  }

  /**
   * Opens an engine of the caller's own.
   *
   * @throws IllegalArgumentException if the card contradicts the network or the device does not
   *     answer
   */
  public static SegmentationEngine open(Model model, EngineSettings settings) {
    if (model.card().engine() != EngineKind.ONNX) {
      throw new IllegalArgumentException(
          "Invalid model: engine must be onnx here, got "
              + model.card().engine()
              + "; export the model to ONNX");
    }
    return OnnxEngine.open(model.card(), model.weights(), settings);
  }

  /** How many engines this JVM has opened for sharing so far. */
  public static int opened() {
    return OPENED.get();
  }
}
