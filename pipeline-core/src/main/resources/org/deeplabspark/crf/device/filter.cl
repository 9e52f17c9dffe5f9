// Filters on a lattice.

// Sums what pixels send to a vertex, in the order of the pixels: the same in every run.
__kernel void splat(int chunks, __global const int *starts, __global const int *firstChunks,
                    __global const int *chunkVertices, __global const int *pixels, __global const float *splatWeights,
                    __global const float4 *q, __global float4 *values, __global float4 *partial) {
  int chunk = (int)ITEM;
  int quad = (int)QUAD;
  if (chunk >= chunks) return;
  int v = chunkVertices[chunk];
  int from = starts[v] + (chunk - firstChunks[v]) * CHUNK;
  int to = from + CHUNK < starts[v + 1] ? from + CHUNK : starts[v + 1];
  float4 sum = FLOAT4(0.0f);
  for (int i = from; i < to; i++) sum += splatWeights[i] * q[pixels[i] * QUADS + quad];
  if (firstChunks[v + 1] - firstChunks[v] == 1) values[v * QUADS + quad] = sum;
  else partial[chunk * QUADS + quad] = sum;
}

// Completes the vertices of several chunks; vertex number size counts for those that are missing.
__kernel void joinChunks(int size, __global const int *firstChunks, __global const float4 *partial,
                         __global float4 *values) {
  int v = (int)ITEM;
  int quad = (int)QUAD;
  if (v > size) return;
  if (v < size && firstChunks[v + 1] - firstChunks[v] == 1) return;
  float4 sum = FLOAT4(0.0f);
  if (v < size) {
    for (int chunk = firstChunks[v]; chunk < firstChunks[v + 1]; chunk++) sum += partial[chunk * QUADS + quad];
  }
  values[v * QUADS + quad] = sum;
}

// Blurs along an axis from one array to another.
__kernel void blur(int size, int axis, __global const int *neighbours, __global const float4 *values,
                   __global float4 *blurred) {
  int v = (int)ITEM;
  int quad = (int)QUAD;
  if (v > size) return;
  float4 here = values[v * QUADS + quad];
  if (v < size) {
    int at = 2 * (axis * size + v);
    float4 above = values[neighbours[at] * QUADS + quad];
    float4 below = values[neighbours[at + 1] * QUADS + quad];
    here = here + 0.5f * (below + above);
  }
  blurred[v * QUADS + quad] = here;
}

// The same in place, a work-item a chain: a vertex without neighbours is left alone.
__kernel void blurChains(int first, int end, __global const int *chainStarts, __global const int *chainVertices,
                         __global float4 *values) {
  int chain = first + (int)ITEM;
  int quad = (int)QUAD;
  if (chain >= end) return;
  int last = chainStarts[chain + 1] - 1;
  int v = chainVertices[chainStarts[chain]];
  float4 below = FLOAT4(0.0f);
  float4 here = values[v * QUADS + quad];
  for (int i = chainStarts[chain]; i < last; i++) {
    int next = chainVertices[i + 1];
    float4 above = values[next * QUADS + quad];
    values[v * QUADS + quad] = here + 0.5f * (below + above);
    below = here;
    here = above;
    v = next;
  }
  values[v * QUADS + quad] = here + 0.5f * below;
}

FUNCTION float4 sliceAt(int pixel, int quad, __global const int *vertices, __global const float *sliceWeights,
                        __global const float4 *values) {
  float4 sum = FLOAT4(0.0f);
  for (int entry = pixel * CORNERS; entry < (pixel + 1) * CORNERS; entry++) {
    sum += sliceWeights[entry] * values[vertices[entry] * QUADS + quad];
  }
  return sum;
}

__kernel void slice(int count, __global const int *vertices, __global const float *sliceWeights,
                    __global const float4 *values, __global float4 *messages) {
  int pixel = (int)ITEM;
  int quad = (int)QUAD;
  if (pixel < count) {
    messages[pixel * QUADS + quad] = sliceAt(pixel, quad, vertices, sliceWeights, values);
  }
}

// Adds factor * message to energies (which are -U and messages so far); with the last kernel takes their softmax.
// factors: [label] for compatibilities of a label with itself, else [other label][label]. others: energy of all labels
// that are not laid out; shares: the largest share that those have had of a pixel.
__kernel void update(int count, int labels, int square, int last, __global const int *vertices,
                     __global const float *sliceWeights, __global const float4 *values, __global const float *factors,
                     __global const float *others, __global float *shares, __global const float4 *energies,
                     __global float4 *updated) {
  __local float room[GROUP];
  __local float messages[4 * GROUP];
  int pixel = (int)ITEM;
  int quad = (int)QUAD;
  int lane = (int)get_local_id(0);
  float4 energy = FLOAT4(0.0f);
  float4 message = FLOAT4(0.0f);
  if (pixel < count) {
    energy = energies[pixel * QUADS + quad];
    message = sliceAt(pixel, quad, vertices, sliceWeights, values);
  }
  if (square) {
    messages[4 * lane] = message.x;
    messages[4 * lane + 1] = message.y;
    messages[4 * lane + 2] = message.z;
    messages[4 * lane + 3] = message.w;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int other = 0; other < labels; other++) {
      __global const float *row = factors + 4 * (other * QUADS + quad);
      float of = messages[4 * (lane - quad) + other];
      energy.x += row[0] * of;
      energy.y += row[1] * of;
      energy.z += row[2] * of;
      energy.w += row[3] * of;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  } else {
    energy.x += factors[4 * quad] * message.x;
    energy.y += factors[4 * quad + 1] * message.y;
    energy.z += factors[4 * quad + 2] * message.z;
    energy.w += factors[4 * quad + 3] * message.w;
  }
  float beside = pixel < count ? others[pixel] : NO_LABEL;
  float largest = 0;
  float sum = 1;
  // Nothing else stands in the branch: PoCL 3.1 compiles other statements before a barrier there wrongly.
  if (last) energy = softmax(energy, beside, room, &largest, &sum);
  if (pixel < count) {
    updated[pixel * QUADS + quad] = energy;
    if (last && quad == 0) shares[pixel] = fmax(shares[pixel], expOf(beside - largest) / sum);
  }
}
