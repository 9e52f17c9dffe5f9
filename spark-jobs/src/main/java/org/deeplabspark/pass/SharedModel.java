package org.deeplabspark.pass;

import java.io.Serializable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.model.Model;
import org.deeplabspark.model.ModelCard;

/**
 * A model as tasks get it: each executor fetches the weights once.
 *
 * @param card of the model
 * @param weights of the model, whose digest the card holds
 */
public record SharedModel(ModelCard card, Broadcast<byte[]> weights) implements Serializable {

  /** Sends a model on its way. */
  public static SharedModel of(SparkSession spark, Model model) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return new SharedModel(model.card(), context.broadcast(model.weights()));
  }

  /** The model, on an executor. */
  public Model model() {
    return new Model(card, weights.value());
  }
}
