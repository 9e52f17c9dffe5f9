/** Training on Spark with dl4j-spark: networks learn from images and label masks. */
package org.deeplabspark.train;
