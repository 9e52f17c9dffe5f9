package org.deeplabspark.crf;

/**
 * The arrays of one tile's pass through a filter K: out = base + factor * after * K(before * q),
 * where before and after are [pixel] and the others [pixel][lane]. Live views.
 *
 * @param kernels for the tile's lanes
 */
@SuppressWarnings("ArrayRecordComponent") // A bundle of views, never compared.
record TilePass(
    TileKernels kernels,
    float[] q,
    float[] before,
    float[] base,
    float[] out,
    float[] after,
    float factor) {}
