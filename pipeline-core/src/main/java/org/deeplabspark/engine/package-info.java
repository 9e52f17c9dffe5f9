/** Scores of a photograph, whatever library runs the network. */
package org.deeplabspark.engine;
