#include <cmath>
#include <memory>

#include "calibration/common/mapped_memory.hpp"
#include "calibration/common/stopwatch.hpp"
#include "calibration/host/attention_grid.hpp"
#include "calibration/host/host_probes.hpp"
#include "calibration/host/references.hpp"
#include "calibration/host/sizes.hpp"
#include "calibration/host/threaded_kernels.hpp"

namespace spillway {
namespace {

constexpr std::array kQuickBatches{1., 2., 4., 8., 16.};
constexpr std::array kQuickContexts{128., 256., 512., 1024., 4096.};
constexpr std::array kBatches{1., 2., 4., 8., 24.};
constexpr std::array kContexts{128., 384., 1024., 2048., 4096., 8192.};
constexpr std::array kMoreContexts{192., 512., 768., 1536., 3072., 6144., 16384.};

/// Numbers of the keys of all sequences; the values are as many.
double cache_numbers(const HeadShape& shape, double batch, double context) {
    return batch * shape.kv_heads * context * shape.head_dim;
}

std::vector<ProbePoint> decode_points(const HostMeans& means, Effort effort) {
    std::vector<double> batches(kBatches.begin(), kBatches.end());
    std::vector<double> contexts(kContexts.begin(), kContexts.end());
    if (effort == Effort::kQuick) {
        batches.assign(kQuickBatches.begin(), kQuickBatches.end());
        contexts.assign(kQuickContexts.begin(), kQuickContexts.end());
    }
    if (effort == Effort::kThorough)
        contexts.insert(contexts.end(), kMoreContexts.begin(), kMoreContexts.end());
    std::vector<ProbePoint> points;
    for (const HeadShape& shape : shapes_of(effort)) {
        for (const double batch : batches) {
            for (const double context : contexts) {
                const double bytes = 2 * sizeof(float) * cache_numbers(shape, batch, context);
                if (bytes > static_cast<double>(means.operands.bytes()))
                    continue;
                points.push_back({{{"kv_dtype", "fp32"}},
                                  {{"heads", shape.heads},
                                   {"kv_heads", shape.kv_heads},
                                   {"head_dim", shape.head_dim},
                                   {"batch", batch},
                                   {"context", context}}});
            }
        }
    }
    return points;
}

/// A batch with memory of its own for scores.
class DecodeTrial : public Trial {
public:
    DecodeTrial(HostMeans& means, const ProbePoint& point)
        : means_(means),
          scores_(means.threads.size() * point.size("heads") / point.size("kv_heads") *
                  point.size("context") * sizeof(float)) {
        batch_.heads = point.size("heads");
        batch_.kv_heads = point.size("kv_heads");
        batch_.head_dim = point.size("head_dim");
        batch_.batch = point.size("batch");
        batch_.context = point.size("context");
        const std::size_t queries = batch_.batch * batch_.heads * batch_.head_dim;
        batch_.queries = means.operands.next(queries).data();
        batch_.outputs = means.results.next(queries).data();
        batch_.scores = scores_.floats().data();
    }

    double sample() override {
        const std::size_t cache = batch_.batch * batch_.kv_heads * batch_.context * batch_.head_dim;
        batch_.keys = means_.operands.next(cache).data();
        batch_.values = means_.operands.next(cache).data();
        return seconds_of([&] { decode(means_, batch_); });
    }

    /// Compares some of the last sample's outputs with the reference.
    void check() const {
        constexpr std::size_t kPlaces = 8;
        const std::size_t group = batch_.heads / batch_.kv_heads;
        const auto tokens = static_cast<double>(batch_.context);
        for (std::size_t i = 0; i < kPlaces; ++i) {
            const std::size_t place = scattered(i, batch_.batch * batch_.heads * batch_.head_dim);
            const std::size_t head = place / batch_.head_dim;
            const std::size_t cache = head / group * batch_.context * batch_.head_dim;
            const double reference =
                attention_reference({batch_.queries + head * batch_.head_dim, batch_.keys + cache,
                                     batch_.values + cache, batch_.context, batch_.head_dim},
                                    place % batch_.head_dim);
            check_equal("decode attention", static_cast<double>(batch_.outputs[place]), reference,
                        tokens + static_cast<double>(batch_.head_dim), 1 / std::sqrt(tokens));
        }
    }

private:
    HostMeans& means_;
    MappedMemory scores_;
    DecodeBatch batch_;
};

PreparedPoint decode_prepare(HostMeans& means, const ProbePoint& point) {
    auto trial = std::make_unique<DecodeTrial>(means, point);
    trial->sample();
    trial->check();
    trial->sample();
    return PreparedPoint::ready(std::move(trial));
}

}  // namespace

const HostProbeEntry kDecodeProbe{"attn.decode", "a new token's attention to caches of keys and values",
                                  decode_points, decode_prepare};

}  // namespace spillway
