// Prefix sums and a stable sort of ints. Work-groups have GROUP items, each works on EACH values.

#define EACH 4
#define DIGITS 16 // of a sort's pass: 4 bits

// Exclusive prefix sums over a work-group; *total gets the sum of all.
FUNCTION int groupSums(int value, LOCAL_POINTER int *room, int *total) {
  int lane = get_local_id(0);
  room[lane] = value;
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int reach = 1; reach < GROUP; reach <<= 1) {
    int more = lane >= reach ? room[lane - reach] : 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    room[lane] += more;
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  int upTo = room[lane];
  *total = room[GROUP - 1];
  barrier(CLK_LOCAL_MEM_FENCE);
  return upTo - value;
}

__kernel void fill(int count, int value, __global int *target) {
  int i = get_global_id(0);
  if (i < count) target[i] = value;
}

// Replaces each group's values by their prefix sums and writes the group's sum.
__kernel void sumGroups(int count, __global int *values, __global int *sums) {
  __local int room[GROUP];
  int first = get_global_id(0) * EACH;
  int value[EACH];
  int own = 0;
  for (int k = 0; k < EACH; k++) {
    value[k] = first + k < count ? values[first + k] : 0;
    own += value[k];
  }
  int total;
  int before = groupSums(own, room, &total);
  for (int k = 0; k < EACH; k++) {
    if (first + k < count) values[first + k] = before;
    before += value[k];
  }
  if (get_local_id(0) == 0) sums[get_group_id(0)] = total;
}

// Prefix sums of the groups' sums, and the sum of everything; one work-group.
__kernel void sumSums(int groups, __global int *sums, __global int *all) {
  __local int room[GROUP];
  int carried = 0;
  for (int start = 0; start < groups; start += GROUP) {
    int i = start + get_local_id(0);
    int total;
    int before = groupSums(i < groups ? sums[i] : 0, room, &total);
    if (i < groups) sums[i] = carried + before;
    carried += total;
  }
  if (get_local_id(0) == 0) all[0] = carried;
}

__kernel void addSums(int count, __global const int *sums, __global int *values) {
  int i = get_global_id(0);
  if (i < count) values[i] += sums[i / (GROUP * EACH)];
}

// A pass of a radix sort. counts: [digit][group], how many ids of the group have the digit.
__kernel void countDigits(int count, int bit, __global const int *ids, __global int *counts) {
  __local int found[DIGITS];
  int lane = get_local_id(0);
  if (lane < DIGITS) found[lane] = 0;
  barrier(CLK_LOCAL_MEM_FENCE);
  int first = get_global_id(0) * EACH;
  for (int k = 0; k < EACH && first + k < count; k++) {
    atomic_inc(&found[ids[first + k] >> bit & DIGITS - 1]);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  if (lane < DIGITS) counts[lane * get_num_groups(0) + get_group_id(0)] = found[lane];
}

// Moves ids and what goes with them, those of one digit in their old order. starts: the prefix sums of counts.
__kernel void moveByDigit(int count, int bit, __global const int *ids, __global const int *carried,
                          __global const int *starts, __global int *idsTo, __global int *carriedTo) {
  __local int place[DIGITS * GROUP]; // [digit][item], then the prefix sums over both
  __local int room[GROUP];
  int lane = get_local_id(0);
  int first = get_global_id(0) * EACH;
  for (int d = 0; d < DIGITS; d++) place[d * GROUP + lane] = 0;
  int digit[EACH], rank[EACH];
  for (int k = 0; k < EACH && first + k < count; k++) {
    digit[k] = ids[first + k] >> bit & DIGITS - 1;
    rank[k] = place[digit[k] * GROUP + lane]++;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  int own = 0;
  for (int k = 0; k < DIGITS; k++) own += place[lane * DIGITS + k];
  int total;
  int before = groupSums(own, room, &total);
  for (int k = 0; k < DIGITS; k++) {
    int here = place[lane * DIGITS + k];
    place[lane * DIGITS + k] = before;
    before += here;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int k = 0; k < EACH && first + k < count; k++) {
    int within = place[digit[k] * GROUP + lane] - place[digit[k] * GROUP] + rank[k];
    int to = starts[digit[k] * get_num_groups(0) + get_group_id(0)] + within;
    idsTo[to] = ids[first + k];
    carriedTo[to] = carried[first + k];
  }
}
