package org.deeplabspark.pass;

import java.io.Serializable;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.deeplabspark.model.Model;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.settings.Settings;

/** Opens the engine of an executor, to be shared by all of its tasks, and tells what came of it. */
public final class OpenEngine implements Function<Integer, OpenEngine.Opened> {

  private static final long serialVersionUID = 1L;

  /**
   * What came of it.
   *
   * @param device the network runs on; empty where none would do
   * @param problem one line, where there is no device
   */
  public record Opened(String device, String problem) implements Serializable {}

  private final ModelCard card;
  private final Broadcast<byte[]> weights;
  private final Settings settings;

  /** The engine of this model. */
  public OpenEngine(ModelCard card, Broadcast<byte[]> weights, Settings settings) {
    this.card = card;
    this.weights = weights;
    this.settings = settings;
  }

  @Override
  public Opened call(Integer ignored) {
    try {
      Model model = new Model(card, weights.value());
      return new Opened(TaskResources.ofThisTask(settings).engine(model).device(), "");
    } catch (IllegalArgumentException e) {
      return new Opened("", e.getMessage());
    }
  }
}
