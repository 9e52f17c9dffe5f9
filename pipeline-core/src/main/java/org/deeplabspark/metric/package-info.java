/** Masks to counts, and counts to intersection over union. */
package org.deeplabspark.metric;
