#pragma once

namespace spillway::cuda {

// All kernels of ours, by the file that compiles them, so that a probe can load each.
inline constexpr int kSimpleKernelCount = 5;
inline constexpr int kRowKernelCount = 3;
inline constexpr int kAttentionKernelCount = 6;
extern const void* const kSimpleKernels[kSimpleKernelCount];
extern const void* const kRowKernels[kRowKernelCount];
extern const void* const kAttentionKernels[kAttentionKernelCount];

}  // namespace spillway::cuda
