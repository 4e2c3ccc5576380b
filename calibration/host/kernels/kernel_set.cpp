#include "calibration/host/kernels/kernel_set.hpp"

namespace spillway::SPILLWAY_KERNEL_SET {

const HostKernels& kernels() {
    static constexpr HostKernels kKernels{
#ifdef __AVX2__
        "AVX2 and FMA",
#else
        "the architecture's least",
#endif
        copy,           multiply, decode, prefill, add_norm, silu_multiply};
    return kKernels;
}

}  // namespace spillway::SPILLWAY_KERNEL_SET
