/** {@code diff}: what changed between two runs over the same images. */
package org.deeplabspark.diff;
