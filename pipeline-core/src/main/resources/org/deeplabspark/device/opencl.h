// What the kernels are written in beyond OpenCL C 1.2, as OpenCL says it; cuda.h says it for CUDA.
#pragma OPENCL FP_CONTRACT OFF
#define LONG long
#define ULONG ulong
#define FUNCTION
#define LOCAL_POINTER __local
#define FLOAT4(v) ((float4)(v))
