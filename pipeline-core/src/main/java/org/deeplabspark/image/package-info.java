/** Bytes to pixels and labels to bytes: photographs, label masks, palettes. */
package org.deeplabspark.image;
