package org.deeplabspark.pass;

import java.io.Serializable;
import org.apache.spark.api.java.function.Function;
import org.deeplabspark.settings.PassSettings;

/** Opens the engine of an executor, to be shared by all of its tasks, and tells what came of it. */
final class OpenEngine implements Function<Integer, OpenEngine.Opened> {

  private static final long serialVersionUID = 1L;

  /**
   * What came of it.
   *
   * @param device the network runs on; empty where none would do
   * @param problem one line, where there is no device
   */
  record Opened(String device, String problem) implements Serializable {}

  private final SharedModel model;
  private final PassSettings settings;

  /** The engine of this model. */
  OpenEngine(SharedModel model, PassSettings settings) {
    this.model = model;
    this.settings = settings;
  }

  @Override
  public Opened call(Integer ignored) {
    try {
      return new Opened(TaskResources.ofThisTask(settings).engine(model).device(), "");
    } catch (IllegalArgumentException e) {
      return new Opened("", e.getMessage());
    }
  }
}
