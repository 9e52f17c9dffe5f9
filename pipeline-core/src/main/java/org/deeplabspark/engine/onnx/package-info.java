/** Inference by ONNX Runtime. No other package names its types. */
package org.deeplabspark.engine.onnx;
