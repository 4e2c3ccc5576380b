#pragma once

#include <memory>

#include "calibration/common/backend.hpp"
#include "calibration/common/weights_file.hpp"
#include "calibration/cuda/device.hpp"

namespace spillway::cuda {

// The probes, one file each; calibration/README.md says what each measures and how it can mislead. A probe
// keeps what it is made with by reference.

std::unique_ptr<Probe> make_copy_probe(const Device& device);                       ///< mem.copy
std::unique_ptr<Probe> make_bus_probe(const Device& device);                        ///< bus.copy
std::unique_ptr<Probe> make_gemm_probe(const Device& device);                       ///< gemm
std::unique_ptr<Probe> make_decode_probe(const Device& device);                     ///< attn.decode
std::unique_ptr<Probe> make_prefill_probe(const Device& device);                    ///< attn.prefill
std::unique_ptr<Probe> make_composed_prefill_probe(const Device& device);           ///< attn.prefill.composed
std::unique_ptr<Probe> make_elementwise_probe(const Device& device);                ///< ew
std::unique_ptr<Probe> make_launch_probe(const Device& device);                     ///< launch
std::unique_ptr<Probe> make_graph_probe(const Device& device);                      ///< graph
std::unique_ptr<Probe> make_all_reduce_probe(const Device& device);                 ///< all_reduce
std::unique_ptr<Probe> make_alloc_probe(const Device& device);                      ///< alloc
std::unique_ptr<Probe> make_load_probe(const Device& device, WeightsStore& files);  ///< load
std::unique_ptr<Probe> make_disk_probe(const Device& device, WeightsStore& files);  ///< disk.read
std::unique_ptr<Probe> make_context_probe(const BackendOptions& options);           ///< start.context
std::unique_ptr<Probe> make_library_probe(const BackendOptions& options);           ///< start.library
std::unique_ptr<Probe> make_module_probe(const BackendOptions& options);            ///< start.module

}  // namespace spillway::cuda
