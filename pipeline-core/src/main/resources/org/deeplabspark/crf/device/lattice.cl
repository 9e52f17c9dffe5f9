// The vertices of a batch's permutohedral lattices. CORNERS: of a simplex, one more than there are features.
//
// An entry is a pixel's corner: entry = pixel * CORNERS + corner, pixels counted through the batch. A vertex is packed
// into a key as in LatticeKeys, the number of its image above it: images share no vertex.

#define DIMENSIONS (CORNERS - 1)
#define REMAINDER 7   // bits of a key that hold it
#define EMPTY 0x7fffffff

// images: [image] of 3: first pixel, width, pixels. tables: scales, then each feature's value by column, row and colour
// of a channel. steps: the units of the axes, then the origin, the wrap and the image's.
__kernel void embed(__global const int *images, __global const uchar *rgb, __global const float *tables, int columnsAt,
                    int rowsAt, int coloursAt, __global const LONG *steps, __global LONG *keys,
                    __global float *weights) {
  int image = get_global_id(1);
  int within = get_global_id(0);
  if (within >= images[3 * image + 2]) return;
  int width = images[3 * image + 1];
  int pixel = images[3 * image] + within;

  float elevated[CORNERS];
  float sum = 0;
  for (int i = DIMENSIONS; i > 0; i--) {
    float feature;
    if (i == 1) feature = tables[columnsAt + within % width];
    else if (i == 2) feature = tables[rowsAt + within / width];
    else feature = tables[coloursAt + 256 * (i - 3) + rgb[3 * pixel + i - 3]];
    float scaled = feature * tables[i - 1];
    elevated[i] = sum - i * scaled;
    sum += scaled;
  }
  elevated[0] = sum;

  float quotient[CORNERS], residual[CORNERS];
  int rank[CORNERS];
  float inverse = 1.0f / CORNERS;
  int excess = 0;
  for (int i = 0; i < CORNERS; i++) {
    quotient[i] = rint(inverse * elevated[i]);
    residual[i] = elevated[i] - quotient[i] * CORNERS;
    rank[i] = 0;
    excess += (int)quotient[i];
  }
  for (int i = 0; i < DIMENSIONS; i++) {
    for (int j = i + 1; j < CORNERS; j++) {
      if (residual[i] < residual[j]) rank[i]++;
      else rank[j]++;
    }
  }
  float sorted[CORNERS];
  int axes[CORNERS]; // along which a corner's neighbour is the next corner
  LONG key = steps[CORNERS] + image * steps[CORNERS + 2];
  for (int i = 0; i < CORNERS; i++) {
    int place = rank[i] + excess;
    if (place < 0) {
      place += CORNERS;
      quotient[i] += 1;
    } else if (place >= CORNERS) {
      place -= CORNERS;
      quotient[i] -= 1;
    }
    sorted[place] = (elevated[i] - quotient[i] * CORNERS) * inverse;
    axes[DIMENSIONS - place] = i;
    key += (LONG)quotient[i] * steps[i];
  }
  int entry = pixel * CORNERS;
  for (int corner = 0; corner < CORNERS; corner++) {
    keys[entry + corner] = key;
    weights[entry + corner] = corner == 0 ? sorted[DIMENSIONS] + (1 - sorted[0])
                                          : sorted[DIMENSIONS - corner] - sorted[DIMENSIONS - corner + 1];
    key += 1 - steps[axes[corner]];
  }
}

// Multiplicative hashing: the high bits of the key times 2^64 over the golden ratio.
FUNCTION int hash(LONG key, int shift) { return (int)((ULONG)key * (ULONG)0x9E3779B97F4A7C15 >> shift); }

// A slot gets the smallest entry of its key. Which slot a key has may differ from run to run, as entries race for them;
// what it holds in the end does not. Keys were written before, so that a taken slot can be compared without a lock.
__kernel void claimSlots(int entries, int shift, int mask, __global const LONG *keys, __global volatile int *slots,
                         __global int *slotOf) {
  int entry = get_global_id(0);
  if (entry >= entries) return;
  LONG key = keys[entry];
  int slot = hash(key, shift);
  for (;; slot = slot + 1 & mask) {
    int holder = slots[slot];
    if (holder == EMPTY) holder = atomic_cmpxchg(&slots[slot], EMPTY, entry);
    if (holder == EMPTY) break;
    if (keys[holder] == key) {
      if (entry < holder) atomic_min(&slots[slot], entry);
      break;
    }
  }
  slotOf[entry] = slot;
}

__kernel void markFirst(int entries, __global const int *slots, __global const int *slotOf, __global int *isFirst) {
  int entry = get_global_id(0);
  if (entry < entries) isFirst[entry] = slots[slotOf[entry]] == entry;
}

// Numbers vertices in the order of first touch. numbers: prefix sums of isFirst. order: entries as they are, to be sorted.
__kernel void numberVertices(int entries, __global const int *slots, __global const int *slotOf,
                             __global const int *numbers, __global const LONG *keys, __global int *vertices,
                             __global int *order, __global LONG *vertexKeys) {
  int entry = get_global_id(0);
  if (entry >= entries) return;
  int first = slots[slotOf[entry]];
  vertices[entry] = numbers[first];
  order[entry] = entry;
  if (first == entry) vertexKeys[numbers[first]] = keys[entry];
}

FUNCTION int find(LONG key, int shift, int mask, __global const LONG *keys, __global const int *slots,
                  __global const int *numbers, int absent) {
  for (int slot = hash(key, shift);; slot = slot + 1 & mask) {
    int holder = slots[slot];
    if (holder == EMPTY) return absent;
    if (keys[holder] == key) return numbers[holder];
  }
}

// neighbours: [axis][vertex] of above and below; the number of vertices stands for none.
__kernel void findNeighbours(int size, int shift, int mask, __global const LONG *steps, __global const LONG *keys,
                             __global const int *slots, __global const int *numbers, __global const LONG *vertexKeys,
                             __global int *neighbours) {
  int i = get_global_id(0);
  if (i >= size * CORNERS) return;
  LONG key = vertexKeys[i % size];
  LONG unit = steps[i / size];
  LONG wrap = steps[CORNERS + 1];
  int remainder = (int)(key & REMAINDER);
  LONG above = key + (remainder == DIMENSIONS ? wrap : 1) - unit;
  LONG below = key - (remainder == 0 ? wrap : 1) + unit;
  neighbours[2 * i] = find(above, shift, mask, keys, slots, numbers, size);
  neighbours[2 * i + 1] = find(below, shift, mask, keys, slots, numbers, size);
}

// Along an axis vertices form chains. lengths, heads: [axis][vertex] and one more, set where a chain of two or more
// begins.
__kernel void measureChains(int size, __global const int *neighbours, __global int *lengths, __global int *heads) {
  int i = get_global_id(0);
  if (i > size * CORNERS) return;
  int length = 0;
  if (i < size * CORNERS && neighbours[2 * i + 1] == size && neighbours[2 * i] != size) {
    int axis = i / size;
    for (int v = i % size; v != size; v = neighbours[2 * (axis * size + v)]) length++;
  }
  lengths[i] = length;
  heads[i] = length > 0;
}

// places, numbers: prefix sums of lengths and heads.
__kernel void listChains(int size, __global const int *neighbours, __global const int *places,
                         __global const int *numbers, __global int *chainStarts, __global int *chainVertices) {
  int i = get_global_id(0);
  int all = size * CORNERS;
  if (i > all) return;
  if (i == all) {
    chainStarts[numbers[i]] = places[i];
  } else if (numbers[i + 1] > numbers[i]) {
    int axis = i / size;
    int place = places[i];
    chainStarts[numbers[i]] = place;
    for (int v = i % size; v != size; v = neighbours[2 * (axis * size + v)]) chainVertices[place++] = v;
  }
}

// firsts: number of each axis's first chain and of all chains, then the length of all.
__kernel void firstChains(int size, __global const int *places, __global const int *numbers, __global int *firsts) {
  int i = get_global_id(0);
  if (i <= CORNERS) firsts[i] = numbers[i * size];
  if (i == CORNERS + 1) firsts[i] = places[CORNERS * size];
}

// starts: where the entries of each vertex begin among the sorted ones, and their number.
__kernel void findStarts(int entries, int size, __global const int *sortedVertices, __global int *starts) {
  int i = get_global_id(0);
  if (i >= entries) return;
  if (i == 0 || sortedVertices[i] != sortedVertices[i - 1]) starts[sortedVertices[i]] = i;
  if (i == entries - 1) starts[size] = entries;
}

// chunks: of CHUNK entries of a vertex at most; [vertex] and one more.
__kernel void countChunks(int size, __global const int *starts, __global int *chunks) {
  int v = get_global_id(0);
  if (v <= size) chunks[v] = v < size ? (starts[v + 1] - starts[v] + CHUNK - 1) / CHUNK : 0;
}

// firstChunks: prefix sums of chunks.
__kernel void listChunks(int size, __global const int *firstChunks, __global int *chunkVertices) {
  int v = get_global_id(0);
  if (v >= size) return;
  for (int chunk = firstChunks[v]; chunk < firstChunks[v + 1]; chunk++) chunkVertices[chunk] = v;
}

// What a filter multiplies by, from its response to ones; how: 0 not, 1 by its inverse, 2 by the root of that.
FUNCTION float scaleOf(int how, __global const float *response, int pixel) {
  if (how == 0) return 1;
  float norm = response[4 * pixel] + 1e-20f;
  return 1 / (how == 1 ? norm : sqrt(norm));
}

// Weights of the sorted entries to splat with, of the others to slice with. response: [pixel] of 4 equal ones.
__kernel void scaleWeights(int entries, int before, int after, float alpha, __global const int *order,
                           __global const float *weights, __global const float *response, __global int *pixels,
                           __global float *splatWeights, __global float *sliceWeights) {
  int i = get_global_id(0);
  if (i >= entries) return;
  int pixel = order[i] / CORNERS;
  pixels[i] = pixel;
  splatWeights[i] = weights[order[i]] * scaleOf(before, response, pixel);
  sliceWeights[i] = weights[i] * (alpha * scaleOf(after, response, i / CORNERS));
}

// The largest response of each image's pixels, as the bits of a float, which order floats that are not negative; [image], 0 before.
__kernel void largestResponse(__global const int *images, __global const float *response, __global int *largest) {
  __local float room[GROUP];
  int image = get_global_id(1);
  int within = get_global_id(0);
  int lane = get_local_id(0);
  room[lane] = within < images[3 * image + 2] ? fmax(response[4 * (images[3 * image] + within)], 0.0f) : 0.0f;
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int reach = GROUP / 2; reach > 0; reach >>= 1) {
    if (lane < reach) room[lane] = fmax(room[lane], room[lane + reach]);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  if (lane == 0) atomic_max(&largest[image], as_int(room[0]));
}
