/** {@code segment} and {@code plan}: what needs work, the masks, and their way into the output. */
package org.deeplabspark.label;
