#include "calibration/host/kernels/host_kernels.hpp"

namespace spillway {

namespace plain {
const HostKernels& kernels();
}  // namespace plain
#ifdef SPILLWAY_WIDE_KERNELS
namespace wide {
const HostKernels& kernels();
}  // namespace wide
#endif

const HostKernels& plain_kernels() { return plain::kernels(); }

const HostKernels& host_kernels() {
#ifdef SPILLWAY_WIDE_KERNELS
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return wide::kernels();
#endif
    return plain::kernels();
}

}  // namespace spillway
