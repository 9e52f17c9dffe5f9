/** Composes the packages below: bytes in, mask and statistics out. */
package org.deeplabspark.segment;
