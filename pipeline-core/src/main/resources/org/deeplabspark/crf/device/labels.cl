// From a network's small scores to energies, and from marginals to labels.

#define SMALLEST_PROBABILITY 1e-12f // of networks that give probabilities, as in PhotoInference
#define LOWEST_ENERGY -11.512925f   // ln 1e-5, as in Unary

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

FUNCTION float logitAt(int probabilities, __global const int *map, int label, int y, int x, __global const float *scores,
                       __global const int *firsts, __global const float *weights) {
  float score = scoreAt(map, label, y, x, scores, firsts, weights);
  return probabilities ? logOf(fmax(score, SMALLEST_PROBABILITY)) : score;
}

// Energies -U = max(ln p, ln 1e-5) of p = softmax(scores), with one logarithm a pixel, and the label of the largest score.
// order: [image] of the number of labels that are laid out and of all labels, those first; both parts ascend. others: ln of
// the sum of max(p, 1e-5) of the rest, which the first work-item of a pixel adds up: it does not depend on QUADS.
__kernel void expand(int labels, int probabilities, __global const int *maps, __global const float *scores,
                     __global const int *firsts, __global const float *weights, __global const int *order,
                     __global float4 *energies, __global float *others, __global uchar *winners) {
  __local float room[GROUP];
  __local int winner[GROUP];
  __global const int *map = maps + 12 * get_global_id(1);
  __global const int *list = order + (labels + 1) * get_global_id(1);
  int laidOut = list[0];
  int within = (int)ITEM;
  int quad = (int)QUAD;
  int lane = (int)get_local_id(0);
  int inside = within < map[2];
  int y = within / map[1];
  int x = within - y * map[1];
  float score[4];
  int best = 0;
  for (int k = 0; k < 4; k++) {
    score[k] = NO_LABEL;
    if (inside && 4 * quad + k < laidOut) {
      score[k] = logitAt(probabilities, map, list[1 + 4 * quad + k], y, x, scores, firsts, weights);
      if (score[k] > score[best]) best = k;
    }
  }
  room[lane] = score[best];
  winner[lane] = 4 * quad + best < laidOut ? list[1 + 4 * quad + best] : labels;
  barrier(CLK_LOCAL_MEM_FENCE);
  float largest = NO_LABEL;
  int label = labels;
  for (int k = lane - quad; k < lane - quad + QUADS; k++) {
    if (room[k] > largest) {
      largest = room[k];
      label = winner[k];
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  float sum = 0;
  for (int k = 0; k < 4; k++) sum += expOf(score[k] - largest);
  room[lane] = sum;
  barrier(CLK_LOCAL_MEM_FENCE);
  sum = 0;
  for (int k = lane - quad; k < lane - quad + QUADS; k++) sum += room[k];
  barrier(CLK_LOCAL_MEM_FENCE);
  if (quad == 0) {
    float rest = 0;
    // A label that is not laid out is never the largest.
    for (int i = laidOut; inside && i < labels; i++) {
      float s = logitAt(probabilities, map, list[1 + i], y, x, scores, firsts, weights);
      rest += expOf(s - largest);
    }
    room[lane] = logOf(sum + rest);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  if (!inside) return;
  float shift = largest + room[lane - quad];
  if (quad == 0) {
    winners[map[0] + within] = (uchar)label;
    float rest = 0;
    for (int i = laidOut; i < labels; i++) {
      float s = logitAt(probabilities, map, list[1 + i], y, x, scores, firsts, weights);
      rest += expOf(fmax(s - shift, LOWEST_ENERGY));
    }
    others[map[0] + within] = laidOut < labels ? logOf(rest) : NO_LABEL;
  }
  float4 energy;
  energy.x = 4 * quad < laidOut ? fmax(score[0] - shift, LOWEST_ENERGY) : NO_LABEL;
  energy.y = 4 * quad + 1 < laidOut ? fmax(score[1] - shift, LOWEST_ENERGY) : NO_LABEL;
  energy.z = 4 * quad + 2 < laidOut ? fmax(score[2] - shift, LOWEST_ENERGY) : NO_LABEL;
  energy.w = 4 * quad + 3 < laidOut ? fmax(score[3] - shift, LOWEST_ENERGY) : NO_LABEL;
  energies[(map[0] + within) * QUADS + quad] = energy;
}

// Energies -U of one photograph from planes [label][pixel] of U.
__kernel void negate(int pixels, int labels, __global const float *unary, __global float *energies,
                     __global float *others) {
  int i = get_global_id(0);
  if (i < pixels) others[i] = NO_LABEL;
  if (i >= pixels * QUADS * 4) return;
  int label = i % (QUADS * 4);
  energies[i] = label < labels ? -unary[label * pixels + i / (QUADS * 4)] : NO_LABEL;
}

__kernel void softmaxOf(int pixels, __global const float4 *energies, __global const float *others,
                        __global float4 *q, __global float *shares) {
  __local float room[GROUP];
  int pixel = (int)ITEM;
  int at = pixel * QUADS + (int)QUAD;
  float beside = pixel < pixels ? others[pixel] : NO_LABEL;
  float largest, sum;
  float4 answer = softmax(pixel < pixels ? energies[at] : FLOAT4(0.0f), beside, room, &largest, &sum);
  if (pixel < pixels) q[at] = answer;
  if (pixel < pixels && QUAD == 0) shares[pixel] = expOf(beside - largest) / sum;
}

// The label of the largest marginal, the first of equal ones, and that marginal; a work-item a pixel, a row an image.
__kernel void pickLabels(int labels, __global const int *images, __global const int *order, __global const float *q,
                         __global uchar *picked, __global float *confidences) {
  int image = get_global_id(1);
  int within = get_global_id(0);
  if (within >= images[3 * image + 2]) return;
  __global const int *list = order + (labels + 1) * image;
  int pixel = images[3 * image] + within;
  __global const float *of = q + pixel * QUADS * 4;
  int best = 0;
  for (int i = 1; i < list[0]; i++) {
    if (of[i] > of[best]) best = i;
  }
  picked[pixel] = (uchar)list[1 + best];
  confidences[pixel] = of[best];
}

// changed: [image] pixels whose label the CRF changed; alarms: [image] the largest share of labels that are not laid out, as
// the bits of a float; sums: [image][group] of confidences, added in a fixed order.
__kernel void tally(__global const int *images, __global const uchar *winners, __global const uchar *picked,
                    __global const float *confidences, __global const float *shares, __global int *changed,
                    __global int *alarms, __global float *sums) {
  __local float room[GROUP];
  __local float most[GROUP];
  int image = get_global_id(1);
  int within = get_global_id(0);
  int lane = get_local_id(0);
  int inside = within < images[3 * image + 2];
  int pixel = images[3 * image] + within;
  room[lane] = inside ? confidences[pixel] : 0.0f;
  most[lane] = inside ? shares[pixel] : 0.0f;
  if (inside && winners[pixel] != picked[pixel]) atomic_inc(&changed[image]);
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int reach = GROUP / 2; reach > 0; reach >>= 1) {
    if (lane < reach) {
      room[lane] += room[lane + reach];
      most[lane] = fmax(most[lane], most[lane + reach]);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  if (lane == 0) {
    sums[image * get_num_groups(0) + get_group_id(0)] = room[0];
    atomic_max(&alarms[image], as_int(most[0])); // not negative: ordered as the bits are
  }
}
