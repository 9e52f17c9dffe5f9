package org.deeplabspark.pass;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.engine.EngineSettings;
import org.deeplabspark.engine.SegmentationEngine;
import org.deeplabspark.engine.dl4j.Dl4jEngine;
import org.deeplabspark.engine.onnx.OnnxEngine;
import org.deeplabspark.model.EngineKind;
import org.deeplabspark.model.Model;
import org.deeplabspark.settings.UsageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engines of this JVM: one for each model, device and number of threads, opened by the first
 * task that asks, shared by all tasks and kept until the JVM ends, so that a second job does not
 * load the model again.
 */
public final class Engines {

  private static final Logger LOG = LoggerFactory.getLogger(Engines.class);

  private record Key(String modelDigest, EngineSettings settings) {}

  private static final Map<Key, SegmentationEngine> OPEN = new HashMap<>();
  private static final AtomicInteger OPENED = new AtomicInteger();

  private Engines() {}

  /**
   * The engine of a model; waits where another task is opening it. Where a device does not answer
   * and the CPU will do, all that asked for such a device share the CPU's.
   */
  public static synchronized SegmentationEngine shared(Model model, EngineSettings settings) {
    Key asked = new Key(model.digest(), settings);
    SegmentationEngine engine = OPEN.get(asked);
    if (engine == null) {
      engine = open(model, settings);
      Key here = new Key(model.digest(), settings.on(engine.device()));
      SegmentationEngine there = OPEN.putIfAbsent(here, engine);
      if (there == null) {
        OPENED.incrementAndGet();
      } else {
        engine.close();
        engine = there;
      }
      OPEN.put(asked, engine);
    }
    return engine;
  }

  /**
   * Opens an engine of the caller's own.
   *
   * @throws IllegalArgumentException if the card contradicts the network or the device does not
   *     answer
   */
  public static SegmentationEngine open(Model model, EngineSettings settings) {
    return model.card().engine() == EngineKind.DL4J
        ? Dl4jEngine.open(model.card(), model.weights(), settings)
        : OnnxEngine.open(model.card(), model.weights(), settings);
  }

  /**
   * Opens the network once on the driver, before anything is written, so that a card that
   * contradicts it is said at once.
   *
   * @param asked device of the executors, which the driver's machine need not have on a cluster
   * @throws UsageException if it does, or the device does not answer
   */
  public static void tryOut(SparkSession spark, EngineSettings asked, Model model) {
    EngineSettings here = spark.sparkContext().isLocal() ? asked : new EngineSettings("cpu", 1);
    try (SegmentationEngine engine = open(model, here)) {
      LOG.info("{} on {}", model.card().name(), engine.device());
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /**
   * Opens the network once on the CPU.
   *
   * @throws UsageException if the card contradicts it
   */
  public static void check(Model model) {
    try {
      open(model, new EngineSettings("cpu", 1)).close();
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /** How many engines this JVM has opened for sharing so far. */
  public static int opened() {
    return OPENED.get();
  }
}
