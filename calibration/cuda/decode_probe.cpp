#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "calibration/cuda/attention_check.hpp"
#include "calibration/cuda/grids.hpp"
#include "calibration/cuda/kernels/launch.hpp"
#include "calibration/cuda/probes.hpp"
#include "calibration/cuda/timed_trial.hpp"

namespace spillway::cuda {
namespace {

constexpr std::size_t kMostCopies = 64;

/// How many blocks share one cache: enough of them to fill the device twice over, none with less than four
/// tiles.
int split_keys_of(const DeviceFacts& facts, int sequences_and_heads, int context) {
    constexpr int kBlocksEach = 4;
    constexpr int kFewestTiles = 4;
    const int wanted = std::max(1, kBlocksEach * facts.multiprocessors / sequences_and_heads);
    const int tiles = (context + kTileKeys - 1) / kTileKeys;
    return std::max(kFewestTiles, (tiles + wanted - 1) / wanted) * kTileKeys;
}

/// One new token of each sequence, over copies of the cache in turn.
class DecodeWork : public DeviceWork {
public:
    DecodeWork(const Device& device, const ProbePoint& point)
        : head_dim_(static_cast<int>(point.number("head_dim"))),
          batch_(static_cast<int>(point.number("batch"))),
          cache_values_(point.size("batch") * point.size("kv_heads") * point.size("context") *
                        point.size("head_dim")),
          query_values_(point.size("batch") * point.size("heads") * point.size("head_dim")),
          copies_(copies_beyond_l2(device.facts(), 4 * static_cast<double>(cache_values_), kMostCopies)),
          query_(random_bf16_buffer(query_values_, kQuerySeed, device.stream().get())),
          keys_(random_bf16_buffer(copies_ * cache_values_, kKeySeed, device.stream().get())),
          values_(random_bf16_buffer(copies_ * cache_values_, kValueSeed, device.stream().get())),
          output_(query_values_ * sizeof(Bf16)) {
        arguments_.kv_heads = static_cast<int>(point.number("kv_heads"));
        arguments_.group = static_cast<int>(point.number("heads")) / arguments_.kv_heads;
        arguments_.context = static_cast<int>(point.number("context"));
        arguments_.split_keys =
            split_keys_of(device.facts(), batch_ * arguments_.kv_heads, arguments_.context);
        arguments_.splits = (arguments_.context + arguments_.split_keys - 1) / arguments_.split_keys;
        partial_ = DeviceBuffer(point.size("batch") * point.size("heads") *
                                static_cast<std::size_t>(arguments_.splits) * (point.size("head_dim") + 2) *
                                sizeof(float));
        arguments_.query = query_.values<Bf16>();
        arguments_.output = output_.values<Bf16>();
        arguments_.partial = partial_.values<float>();
    }

    std::size_t copies() const override { return copies_; }
    void enqueue(CUstream_st* stream, std::size_t copy) override {
        arguments_.keys = keys_.values<Bf16>(copy * cache_values_);
        arguments_.values = values_.values<Bf16>(copy * cache_values_);
        launch_decode(arguments_, head_dim_, batch_, stream);
    }

    /// Throws MeasureError unless the first, the middle and the last row are right.
    void check(const Device& device) {
        enqueue(device.stream().get(), 0);
        const int rows = batch_ * arguments_.kv_heads * arguments_.group;
        for (const int row : {0, rows / 2, rows - 1}) {
            const auto cache = static_cast<std::uint64_t>(row / arguments_.group);
            check_attention_row({row, cache, arguments_.context, arguments_.context, head_dim_}, output_);
        }
    }

private:
    int head_dim_;
    int batch_;
    std::size_t cache_values_;
    std::size_t query_values_;
    std::size_t copies_;
    DeviceBuffer query_;
    DeviceBuffer keys_;
    DeviceBuffer values_;
    DeviceBuffer output_;
    DeviceBuffer partial_;
    DecodeArguments arguments_{};
};

class DecodeProbe : public Probe {
public:
    explicit DecodeProbe(const Device& device) : device_(device) {}

    std::string_view name() const noexcept override { return "attn.decode"; }
    std::string_view summary() const noexcept override {
        return "Attention of one new token a sequence over its cache, with grouped heads.";
    }
    std::vector<ProbePoint> points(Effort effort) const override {
        return decode_points(device_.facts(), effort);
    }
    PreparedPoint prepare(const ProbePoint& point) override {
        auto work = std::make_unique<DecodeWork>(device_, point);
        work->check(device_);
        return PreparedPoint::ready(timed_trial(device_, std::move(work), Caches::kFlush));
    }

private:
    const Device& device_;
};

}  // namespace

std::unique_ptr<Probe> make_decode_probe(const Device& device) {
    return std::make_unique<DecodeProbe>(device);
}

}  // namespace spillway::cuda
