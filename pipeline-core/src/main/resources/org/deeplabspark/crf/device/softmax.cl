// exp, log and softmax by additions and multiplications alone: the same bits on every device.

// A value is that of 4 labels; QUADS of them make a pixel's or a vertex's. A work-item does one of them, a work-group those of
// whole pixels, vertices or chains.
#define ITEM (get_group_id(0) * (get_local_size(0) / QUADS) + get_local_id(0) / QUADS)
#define QUAD (get_local_id(0) % QUADS)

#define NO_LABEL -1e30f // energy of the lanes behind the last label, which never win and count nothing

// exp of 0 and below; 0 below -60, where nothing counts beside 1 and no product is denormal. Cephes' polynomial.
FUNCTION float expOf(float x) {
  if (!(x >= -60)) return 0;
  float n = rint(x * 1.44269504f);
  float r = x - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  float p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1;
  return p * as_float(((int)n + 127) << 23);
}

// log of a normal float above 0. Cephes' polynomial.
FUNCTION float logOf(float x) {
  int bits = as_int(x);
  int e = (bits >> 23) - 127;
  float m = as_float((bits & 0x7fffff) | 0x3f800000);
  if (m > 1.41421356f) {
    m = m * 0.5f;
    e++;
  }
  m = m - 1;
  float square = m * m;
  float p = m * 7.0376836292e-2f - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  p = p * m * square + e * -2.12194440e-4f - 0.5f * square;
  return m + p + e * 0.693359375f;
}

// Softmax over a pixel's lanes, which QUADS work-items side by side hold, and over one energy beside them. *largest: the
// largest energy; *sum: of exp(energy - *largest).
FUNCTION float4 softmax(float4 energy, float beside, LOCAL_POINTER float *room, float *largest, float *sum) {
  int lane = (int)get_local_id(0);
  int first = lane - lane % QUADS;
  room[lane] = fmax(fmax(energy.x, energy.y), fmax(energy.z, energy.w));
  barrier(CLK_LOCAL_MEM_FENCE);
  float most = beside;
  for (int k = 0; k < QUADS; k++) most = fmax(most, room[first + k]);
  barrier(CLK_LOCAL_MEM_FENCE);
  energy.x = expOf(energy.x - most);
  energy.y = expOf(energy.y - most);
  energy.z = expOf(energy.z - most);
  energy.w = expOf(energy.w - most);
  room[lane] = (energy.x + energy.y) + (energy.z + energy.w);
  barrier(CLK_LOCAL_MEM_FENCE);
  float all = expOf(beside - most);
  for (int k = 0; k < QUADS; k++) all += room[first + k];
  barrier(CLK_LOCAL_MEM_FENCE);
  *largest = most;
  *sum = all;
  return (1 / all) * energy;
}
