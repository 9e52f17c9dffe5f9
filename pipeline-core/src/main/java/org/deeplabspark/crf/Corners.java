package org.deeplabspark.crf;

/**
 * The vertices around each pixel and its weights on them, [pixel][corner]. Live views.
 *
 * @param count corners of a pixel: d + 1
 * @param vertices numbers of vertices, or positions in a ring of rows
 * @param weights barycentric coordinates
 */
@SuppressWarnings("ArrayRecordComponent") // A bundle of views for the kernels, never compared.
record Corners(int count, int[] vertices, float[] weights) {}
