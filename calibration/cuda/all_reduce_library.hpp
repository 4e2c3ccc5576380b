#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

struct CUstream_st;

namespace spillway::cuda {

/// NCCL's communicators of several devices of this process, a rank each: device i is rank i. NCCL is loaded
/// when it is first asked for, so that the program starts without it.
class AllReduceGroup {
public:
    /// Throws MeasureError when NCCL is not there (all_reduce_missing) or refuses.
    explicit AllReduceGroup(int devices);
    ~AllReduceGroup();
    AllReduceGroup(const AllReduceGroup&) = delete;
    AllReduceGroup& operator=(const AllReduceGroup&) = delete;

    /// Enqueues the sum of `count` bf16 values of every rank, which every rank then has. One pointer and one
    /// stream a rank. Throws MeasureError.
    void enqueue(const std::vector<const void*>& from, const std::vector<void*>& to, std::size_t count,
                 const std::vector<CUstream_st*>& streams);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Why there is no all-reduce on this machine: not built in, or no libnccl.so.2. Empty when there is.
std::string all_reduce_missing();

/// "2.28.9"; empty when there is none.
std::string all_reduce_library_version();

}  // namespace spillway::cuda
