/** Deeplearning4j graphs of our networks: training, inference and model files. */
package org.deeplabspark.engine.dl4j;
