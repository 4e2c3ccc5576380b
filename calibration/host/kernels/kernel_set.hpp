#pragma once

#include "calibration/host/kernels/host_kernels.hpp"

// The files that include this are compiled once for each kind of processor, into a namespace of that name, so
// that a linker never takes the code for one where the other is meant. Eigen's own namespace is renamed on
// the command line for the same reason.
#ifndef SPILLWAY_KERNEL_SET
#define SPILLWAY_KERNEL_SET plain
#endif

namespace spillway::SPILLWAY_KERNEL_SET {

void copy(const float* from, float* to, std::size_t count);
void multiply(const ProductPart& part);
void decode(const DecodePart& part);
void prefill(const PrefillPart& part);
void add_norm(const NormRow& row);
void silu_multiply(const GateRow& row);

/// All of the above.
const HostKernels& kernels();

}  // namespace spillway::SPILLWAY_KERNEL_SET
