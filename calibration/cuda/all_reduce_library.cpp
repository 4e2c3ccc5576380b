#include "calibration/cuda/all_reduce_library.hpp"

#include <fmt/format.h>

#include "calibration/common/probe.hpp"
#include "calibration/cuda/dynamic_library.hpp"

#if __has_include(<nccl.h>)
#include <nccl.h>

namespace spillway::cuda {
namespace {

/// What is used of NCCL.
struct Nccl {
    DynamicLibrary file{"libnccl.so.2"};
    decltype(ncclGetVersion)* version = nullptr;
    decltype(ncclCommInitAll)* init_all = nullptr;
    decltype(ncclCommDestroy)* destroy = nullptr;
    decltype(ncclAllReduce)* all_reduce = nullptr;
    decltype(ncclGroupStart)* group_start = nullptr;
    decltype(ncclGroupEnd)* group_end = nullptr;
    decltype(ncclGetErrorString)* error_string = nullptr;
    bool whole = false;

    Nccl() {
        whole = file.find("ncclGetVersion", version) && file.find("ncclCommInitAll", init_all) &&
                file.find("ncclCommDestroy", destroy) && file.find("ncclAllReduce", all_reduce) &&
                file.find("ncclGroupStart", group_start) && file.find("ncclGroupEnd", group_end) &&
                file.find("ncclGetErrorString", error_string);
    }
};

/// Loaded once: the library keeps threads of its own.
const Nccl& nccl() {
    static const Nccl kNccl;
    return kNccl;
}

void check(ncclResult_t result, const char* call) {
    if (result != ncclSuccess)
        throw MeasureError(fmt::format("{}: {}", call, nccl().error_string(result)));
}

}  // namespace

struct AllReduceGroup::State {
    std::vector<ncclComm_t> ranks;
};

AllReduceGroup::AllReduceGroup(int devices) : state_(std::make_unique<State>()) {
    if (const std::string missing = all_reduce_missing(); !missing.empty())
        throw MeasureError(missing);
    state_->ranks.resize(static_cast<std::size_t>(devices));
    check(nccl().init_all(state_->ranks.data(), devices, nullptr), "ncclCommInitAll");
}

AllReduceGroup::~AllReduceGroup() {
    for (const ncclComm_t rank : state_->ranks) static_cast<void>(nccl().destroy(rank));
}

void AllReduceGroup::enqueue(const std::vector<const void*>& from, const std::vector<void*>& to,
                             std::size_t count, const std::vector<CUstream_st*>& streams) {
    check(nccl().group_start(), "ncclGroupStart");
    for (std::size_t rank = 0; rank < state_->ranks.size(); ++rank) {
        check(nccl().all_reduce(from[rank], to[rank], count, ncclBfloat16, ncclSum, state_->ranks[rank],
                                streams[rank]),
              "ncclAllReduce");
    }
    check(nccl().group_end(), "ncclGroupEnd");
}

std::string all_reduce_missing() {
    if (!nccl().file.loaded())
        return "NCCL is not installed: " + nccl().file.error();
    return nccl().whole ? "" : "the libnccl.so.2 that was found lacks functions of NCCL 2";
}

std::string all_reduce_library_version() {
    int version = 0;
    if (!nccl().whole || nccl().version(&version) != ncclSuccess)
        return {};
    return fmt::format("{}.{}.{}", version / 10000, version / 100 % 100, version % 100);
}

}  // namespace spillway::cuda

#else

namespace spillway::cuda {

struct AllReduceGroup::State {};

AllReduceGroup::AllReduceGroup(int /*devices*/) { throw MeasureError(all_reduce_missing()); }
AllReduceGroup::~AllReduceGroup() = default;
void AllReduceGroup::enqueue(const std::vector<const void*>& /*from*/, const std::vector<void*>& /*to*/,
                             std::size_t /*count*/, const std::vector<CUstream_st*>& /*streams*/) {}

std::string all_reduce_missing() { return "built without NCCL: nccl.h was not there"; }
std::string all_reduce_library_version() { return {}; }

}  // namespace spillway::cuda

#endif
