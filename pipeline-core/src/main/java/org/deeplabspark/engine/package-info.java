/** Logits from an image. No package above this one names a type of ONNX Runtime. */
package org.deeplabspark.engine;
