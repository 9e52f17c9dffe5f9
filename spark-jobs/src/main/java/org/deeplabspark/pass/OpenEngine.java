package org.deeplabspark.pass;

import java.io.Serializable;
import org.apache.spark.api.java.function.Function;
import org.deeplabspark.settings.PassSettings;

/**
 * Opens the engine of an executor and its CRF's device, to be shared by all of its tasks, and tells
 * what came of it.
 */
final class OpenEngine implements Function<Integer, OpenEngine.Opened> {

  private static final long serialVersionUID = 1L;

  /**
   * What came of it.
   *
   * @param device the network runs on; empty where none would do
   * @param crfDevice the CRF runs on; empty without CRF
   * @param problem one line, where there is no device
   */
  record Opened(String device, String crfDevice, String problem) implements Serializable {}

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
      TaskResources task = TaskResources.ofThisTask(settings);
      String device = task.engine(model).device();
      return new Opened(device, task.describeCrf(model), "");
    } catch (IllegalArgumentException e) {
      return new Opened("", "", e.getMessage());
    }
  }
}
