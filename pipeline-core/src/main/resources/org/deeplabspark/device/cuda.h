// OpenCL C's words in CUDA's. Grids have work-groups of one row: see Device.launch.
#define LONG long long
#define ULONG unsigned long long
#define FUNCTION static __device__
#define LOCAL_POINTER
#define FLOAT4(v) make_float4(v, v, v, v)
#define __kernel extern "C" __global__
#define __global
#define __local __shared__
#define CLK_LOCAL_MEM_FENCE 0
#define barrier(fence) __syncthreads()
#define as_int(x) __float_as_int(x)
#define as_float(x) __int_as_float(x)
#define get_local_id(dimension) ((int)threadIdx.x)
#define get_local_size(dimension) ((int)blockDim.x)
#define get_group_id(dimension) ((int)((dimension) == 0 ? blockIdx.x : blockIdx.y))
#define get_num_groups(dimension) ((int)((dimension) == 0 ? gridDim.x : gridDim.y))
#define get_global_id(dimension) \
  ((int)((dimension) == 0 ? blockIdx.x * blockDim.x + threadIdx.x : blockIdx.y))
typedef unsigned char uchar;
FUNCTION int atomic_cmpxchg(volatile int *at, int old, int now) { return atomicCAS((int *)at, old, now); }
FUNCTION int atomic_min(volatile int *at, int value) { return atomicMin((int *)at, value); }
FUNCTION int atomic_max(volatile int *at, int value) { return atomicMax((int *)at, value); }
FUNCTION int atomic_add(volatile int *at, int value) { return atomicAdd((int *)at, value); }
FUNCTION int atomic_inc(volatile int *at) { return atomicAdd((int *)at, 1); }
FUNCTION float4 operator+(float4 a, float4 b) {
  return make_float4(a.x + b.x, a.y + b.y, a.z + b.z, a.w + b.w);
}
FUNCTION float4 operator*(float a, float4 b) {
  return make_float4(a * b.x, a * b.y, a * b.z, a * b.w);
}
FUNCTION void operator+=(float4 &a, float4 b) { a = a + b; }
