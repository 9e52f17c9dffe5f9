/** The only composer: bytes in, mask and statistics out. */
package org.deeplabspark.segment;
