/** Predicted masks against the truth: counts, figures and their intervals. */
package org.deeplabspark.evaluate;
