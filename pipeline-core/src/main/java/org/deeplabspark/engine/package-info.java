/** Logits from a photograph, whatever library runs the network. */
package org.deeplabspark.engine;
