/** One class a command: named data sets read from top to bottom, then a write. */
package org.deeplabspark.job;
