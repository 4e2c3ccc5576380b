#include <cmath>
#include <map>
#include <vector>

#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include "calibration/cuda/all_reduce_library.hpp"
#include "calibration/cuda/check.hpp"
#include "calibration/cuda/grids.hpp"
#include "calibration/cuda/kernels/launch.hpp"
#include "calibration/cuda/kernels/random_values.hpp"
#include "calibration/cuda/probes.hpp"
#include "calibration/cuda/reference.hpp"

namespace spillway::cuda {
namespace {

constexpr int kInRow = 20;  // all-reduces one after the other, so that how the ranks begin hardly counts
constexpr std::int64_t kSpinNanoseconds = 1'000'000;  // the host has launched all graphs by then

void use_device(std::size_t rank) { cuda_check(cudaSetDevice(static_cast<int>(rank)), "cudaSetDevice"); }

/// What one rank has: all of it on its own device.
struct Rank {
    Rank(std::size_t number, std::size_t bytes) : to(bytes) {
        from = random_bf16_buffer(bytes / sizeof(Bf16), number, stream.get());
    }

    Stream stream;
    DeviceBuffer from;
    DeviceBuffer to;
    Event begin;
    Event end;
    std::unique_ptr<Graph> graph;
};

class AllReduceTrial : public Trial {
public:
    AllReduceTrial(AllReduceGroup& group, const ProbePoint& point)
        : group_(group), count_(point.size("bytes") / sizeof(Bf16)) {
        for (std::size_t rank = 0; rank < point.size("gpus"); ++rank) {
            use_device(rank);
            ranks_.push_back(std::make_unique<Rank>(rank, point.size("bytes")));
            from_.push_back(ranks_.back()->from.get());
            to_.push_back(ranks_.back()->to.get());
            streams_.push_back(ranks_.back()->stream.get());
        }
        enqueue();
        wait();
        check();
        if (point.word("how") == "graph")
            capture_from(0);
        sample();
        use_device(0);
    }
    ~AllReduceTrial() override { static_cast<void>(cudaSetDevice(0)); }

    /// Graphs are launched behind kernels that spin; eager calls are not, since what they are is the host's
    /// work for each of them.
    double sample() override {
        const bool in_graphs = ranks_.front()->graph != nullptr;
        if (in_graphs)
            each_rank([](Rank& rank) { launch_spin(kSpinNanoseconds, rank.stream.get()); });
        enqueue();  // it ends on all ranks at about the same time: from then on is measured
        each_rank([](Rank& rank) { rank.begin.record(rank.stream); });
        if (in_graphs)
            each_rank([](Rank& rank) { rank.graph->launch(rank.stream); });
        else
            enqueue_row();
        each_rank([](Rank& rank) { rank.end.record(rank.stream); });
        wait();
        return ranks_.front()->end.seconds_since(ranks_.front()->begin) / kInRow;
    }

private:
    template <class Work>
    void each_rank(Work&& work) {
        for (std::size_t rank = 0; rank < ranks_.size(); ++rank) {
            use_device(rank);
            work(*ranks_[rank]);
        }
        use_device(0);
    }

    void enqueue() { group_.enqueue(from_, to_, count_, streams_); }
    void enqueue_row() {
        for (int i = 0; i < kInRow; ++i) enqueue();
    }
    void wait() {
        for (const auto& rank : ranks_) rank->stream.wait();
    }

    /// A graph for each rank, all captured at once, because a group of calls concerns all of them.
    void capture_from(std::size_t rank) {
        if (rank == ranks_.size()) {
            enqueue_row();
            return;
        }
        const CapturedGraph captured(ranks_[rank]->stream, [&] { capture_from(rank + 1); });
        use_device(rank);
        ranks_[rank]->graph = std::make_unique<Graph>(captured);
    }

    /// Throws MeasureError unless every rank has the sum, at places spread over all of it.
    void check() {
        constexpr std::size_t kChecked = 8;
        Reference expected;
        std::vector<std::size_t> places;
        for (std::size_t i = 0; i < kChecked; ++i) {
            places.push_back(i * (count_ - 1) / (kChecked - 1));
            double sum = 0;
            for (std::size_t rank = 0; rank < ranks_.size(); ++rank)
                sum += widen(random_bf16(rank, places.back()));
            expected.values.push_back(sum);
        }
        expected.noise = std::sqrt(static_cast<double>(ranks_.size()));
        each_rank([&](Rank& rank) {
            std::vector<float> found;
            found.reserve(places.size());
            for (const std::size_t place : places) found.push_back(read_bf16(rank.to, place, 1)[0]);
            const std::string wrong = difference(expected, found, 0.02);
            if (!wrong.empty())
                throw MeasureError("a wrong all-reduce: " + wrong);
        });
    }

    AllReduceGroup& group_;
    std::size_t count_;
    std::vector<std::unique_ptr<Rank>> ranks_;
    std::vector<const void*> from_;
    std::vector<void*> to_;
    std::vector<CUstream_st*> streams_;
};

class AllReduceProbe : public Probe {
public:
    explicit AllReduceProbe(const Device& device) : device_(device) {}

    std::string_view name() const noexcept override { return "all_reduce"; }
    std::string_view summary() const noexcept override {
        return "NCCL's sum over the GPUs of this machine, eager and in graphs.";
    }
    std::vector<ProbePoint> points(Effort effort) const override {
        return all_reduce_points(device_.facts(), effort);
    }
    PreparedPoint prepare(const ProbePoint& point) override {
        if (point.number("gpus") > device_.facts().devices)
            return PreparedPoint::missing(fmt::format("{} GPUs are needed, and this process sees {}",
                                                      point.number("gpus"), device_.facts().devices));
        if (std::string missing = all_reduce_missing(); !missing.empty())
            return PreparedPoint::missing(std::move(missing));
        return PreparedPoint::ready(std::make_unique<AllReduceTrial>(group_of(point), point));
    }

private:
    /// Made once for each number of GPUs: that takes a second, which would be paid at every point.
    AllReduceGroup& group_of(const ProbePoint& point) {
        std::unique_ptr<AllReduceGroup>& group = groups_[static_cast<int>(point.number("gpus"))];
        if (!group)
            group = std::make_unique<AllReduceGroup>(static_cast<int>(point.number("gpus")));
        return *group;
    }

    const Device& device_;
    std::map<int, std::unique_ptr<AllReduceGroup>> groups_;
};

}  // namespace

std::unique_ptr<Probe> make_all_reduce_probe(const Device& device) {
    return std::make_unique<AllReduceProbe>(device);
}

}  // namespace spillway::cuda
