/**
 * Logits from a photograph, whatever library runs the network: {@code engine.onnx} for inference,
 * {@code engine.dl4j} for training.
 */
package org.deeplabspark.engine;
