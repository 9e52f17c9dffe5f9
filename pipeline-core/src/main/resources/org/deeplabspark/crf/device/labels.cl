// From a network's small scores to energies, and from marginals to labels.

#define SMALLEST_PROBABILITY 1e-12f // of networks that give probabilities, as in PhotoInference
#define LOWEST_ENERGY -11.512925f   // ln 1e-5, as in Unary

#define ITEM (get_group_id(0) * (get_local_size(0) / QUADS) + get_local_id(0) / QUADS)
#define QUAD (get_local_id(0) % QUADS)

// maps: [image] of 12: first pixel, width, pixels; where its scores begin, their columns, values of a plane; taps of a
// row, where the rows' first scores are listed and where their weights; the same for columns.
FUNCTION float scoreAt(__global const int *map, int label, int y, int x, __global const float *scores,
                       __global const int *firsts, __global const float *weights) {
  __global const float *ofRow = weights + map[8] + y * map[6];
  __global const float *ofColumn = weights + map[11] + x * map[9];
  int at = map[3] + label * map[5] + firsts[map[7] + y] * map[4] + firsts[map[10] + x];
  float score = 0;
  for (int r = 0; r < map[6]; r++) {
    float narrow = 0;
    for (int c = 0; c < map[9]; c++) narrow += ofColumn[c] * scores[at + r * map[4] + c];
    score += ofRow[r] * narrow;
  }
  return score;
}

// Energies -U = max(ln p, ln 1e-5) of p = softmax(scores), with one logarithm a pixel, and the label of the largest score.
__kernel void expand(int labels, int probabilities, __global const int *maps, __global const float *scores,
                     __global const int *firsts, __global const float *weights, __global float4 *energies,
                     __global uchar *winners) {
  __local float room[GROUP];
  __local int winner[GROUP];
  __global const int *map = maps + 12 * get_global_id(1);
  int within = (int)ITEM;
  int quad = (int)QUAD;
  int lane = (int)get_local_id(0);
  int inside = within < map[2];
  float score[4];
  int best = 0;
  for (int k = 0; k < 4; k++) {
    score[k] = NO_LABEL;
    if (inside && 4 * quad + k < labels) {
      int y = within / map[1];
      float s = scoreAt(map, 4 * quad + k, y, within - y * map[1], scores, firsts, weights);
      score[k] = probabilities ? logOf(fmax(s, SMALLEST_PROBABILITY)) : s;
      if (score[k] > score[best]) best = k;
    }
  }
  float4 energy;
  energy.x = score[0];
  energy.y = score[1];
  energy.z = score[2];
  energy.w = score[3];
  float largest, sum;
  softmax(energy, room, &largest, &sum);
  room[lane] = score[best];
  winner[lane] = 4 * quad + best;
  barrier(CLK_LOCAL_MEM_FENCE);
  if (!inside) return;
  if (quad == 0) {
    int at = lane;
    for (int k = 1; k < QUADS; k++) {
      if (room[lane + k] > room[at]) at = lane + k;
    }
    winners[map[0] + within] = (uchar)winner[at];
  }
  float shift = largest + logOf(sum);
  energy.x = 4 * quad < labels ? fmax(score[0] - shift, LOWEST_ENERGY) : NO_LABEL;
  energy.y = 4 * quad + 1 < labels ? fmax(score[1] - shift, LOWEST_ENERGY) : NO_LABEL;
  energy.z = 4 * quad + 2 < labels ? fmax(score[2] - shift, LOWEST_ENERGY) : NO_LABEL;
  energy.w = 4 * quad + 3 < labels ? fmax(score[3] - shift, LOWEST_ENERGY) : NO_LABEL;
  energies[(map[0] + within) * QUADS + quad] = energy;
}

// Energies -U of one photograph from planes [label][pixel] of U.
__kernel void negate(int pixels, int labels, __global const float *unary, __global float *energies) {
  int i = get_global_id(0);
  if (i >= pixels * QUADS * 4) return;
  int label = i % (QUADS * 4);
  energies[i] = label < labels ? -unary[label * pixels + i / (QUADS * 4)] : NO_LABEL;
}

__kernel void softmaxOf(int pixels, __global const float4 *energies, __global float4 *q) {
  __local float room[GROUP];
  int pixel = (int)ITEM;
  int at = pixel * QUADS + (int)QUAD;
  float largest, sum;
  float4 answer = softmax(pixel < pixels ? energies[at] : FLOAT4(0.0f), room, &largest, &sum);
  if (pixel < pixels) q[at] = answer;
}

// The label of the largest marginal, the first of equal ones, and that marginal.
__kernel void pickLabels(int pixels, int labels, __global const float *q, __global uchar *picked,
                         __global float *confidences) {
  int pixel = get_global_id(0);
  if (pixel >= pixels) return;
  __global const float *of = q + pixel * QUADS * 4;
  int best = 0;
  for (int label = 1; label < labels; label++) {
    if (of[label] > of[best]) best = label;
  }
  picked[pixel] = (uchar)best;
  confidences[pixel] = of[best];
}

// changed: [image] pixels whose label the CRF changed; sums: [image][group] of confidences, added in a fixed order.
__kernel void tally(__global const int *images, __global const uchar *winners, __global const uchar *picked,
                    __global const float *confidences, __global int *changed, __global float *sums) {
  __local float room[GROUP];
  int image = get_global_id(1);
  int within = get_global_id(0);
  int lane = get_local_id(0);
  int inside = within < images[3 * image + 2];
  int pixel = images[3 * image] + within;
  room[lane] = inside ? confidences[pixel] : 0.0f;
  if (inside && winners[pixel] != picked[pixel]) atomic_inc(&changed[image]);
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int reach = GROUP / 2; reach > 0; reach >>= 1) {
    if (lane < reach) room[lane] += room[lane + reach];
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  if (lane == 0) sums[image * get_num_groups(0) + get_group_id(0)] = room[0];
}
