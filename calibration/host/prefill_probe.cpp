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

/// What a batch's sequences have: all the same.
struct Chunk {
    double batch;
    double prefix;
    double fresh;
};
constexpr std::array kQuickChunks{
    Chunk{1, 0, 16},   Chunk{1, 0, 32},   Chunk{1, 0, 64},    Chunk{1, 0, 128},   Chunk{1, 0, 192},
    Chunk{1, 0, 256},  Chunk{1, 0, 512},  Chunk{2, 0, 32},    Chunk{2, 0, 64},    Chunk{2, 0, 128},
    Chunk{4, 0, 16},   Chunk{4, 0, 64},   Chunk{4, 0, 128},   Chunk{1, 128, 16},  Chunk{1, 128, 64},
    Chunk{1, 512, 16}, Chunk{1, 512, 64}, Chunk{1, 512, 128}, Chunk{1, 2048, 16}, Chunk{1, 2048, 64},
    Chunk{2, 1024, 32}};
constexpr std::array kMoreChunks{Chunk{1, 0, 96},     Chunk{1, 0, 384},   Chunk{2, 0, 256},
                                 Chunk{1, 0, 768},    Chunk{1, 0, 1024},  Chunk{8, 0, 64},
                                 Chunk{8, 0, 128},    Chunk{4, 0, 256},   Chunk{1, 4096, 64},
                                 Chunk{1, 2048, 256}, Chunk{4, 1024, 64}, Chunk{1, 1024, 512}};
constexpr std::array kMostChunks{Chunk{1, 0, 1536},   Chunk{1, 0, 2048},   Chunk{16, 0, 128},
                                 Chunk{2, 0, 1024},   Chunk{4, 0, 512},    Chunk{8, 0, 256},
                                 Chunk{1, 8192, 64},  Chunk{1, 8192, 256}, Chunk{1, 4096, 512},
                                 Chunk{4, 2048, 128}, Chunk{8, 1024, 32},  Chunk{2, 4096, 16}};

std::vector<ProbePoint> prefill_points(const HostMeans&, Effort effort) {
    std::vector<Chunk> chunks(kQuickChunks.begin(), kQuickChunks.end());
    if (effort != Effort::kQuick)
        chunks.insert(chunks.end(), kMoreChunks.begin(), kMoreChunks.end());
    if (effort == Effort::kThorough)
        chunks.insert(chunks.end(), kMostChunks.begin(), kMostChunks.end());
    std::vector<ProbePoint> points;
    for (const HeadShape& shape : shapes_of(effort)) {
        for (const Chunk& chunk : chunks) {
            points.push_back({{{"kv_dtype", "fp32"}},
                              {{"heads", shape.heads},
                               {"kv_heads", shape.kv_heads},
                               {"head_dim", shape.head_dim},
                               {"batch", chunk.batch},
                               {"prefix", chunk.prefix},
                               {"new", chunk.fresh}}});
        }
    }
    return points;
}

/// A batch with memory of its own for scores.
class PrefillTrial : public Trial {
public:
    PrefillTrial(HostMeans& means, const ProbePoint& point)
        : means_(means),
          tokens_(point.size("prefix") + point.size("new")),
          scores_(means.threads.size() * kPrefillRows * tokens_ * sizeof(float)) {
        batch_.heads = point.size("heads");
        batch_.kv_heads = point.size("kv_heads");
        batch_.head_dim = point.size("head_dim");
        batch_.batch = point.size("batch");
        batch_.prefix = point.size("prefix");
        batch_.fresh = point.size("new");
        batch_.scores = scores_.floats().data();
    }

    double sample() override {
        const std::size_t cache = batch_.batch * batch_.kv_heads * tokens_ * batch_.head_dim;
        const std::size_t queries = batch_.batch * batch_.heads * batch_.fresh * batch_.head_dim;
        batch_.keys = means_.operands.next(cache).data();
        batch_.values = means_.operands.next(cache).data();
        batch_.queries = means_.operands.next(queries).data();
        batch_.outputs = means_.results.next(queries).data();
        return seconds_of([&] { prefill(means_, batch_); });
    }

    /// Compares some of the last sample's outputs with the reference.
    void check() const {
        constexpr std::size_t kPlaces = 8;
        const std::size_t group = batch_.heads / batch_.kv_heads;
        for (std::size_t i = 0; i < kPlaces; ++i) {
            const std::size_t place =
                scattered(i, batch_.batch * batch_.heads * batch_.fresh * batch_.head_dim);
            const std::size_t row = place / batch_.head_dim;  // of all heads and sequences
            const std::size_t cache = row / batch_.fresh / group * tokens_ * batch_.head_dim;
            const std::size_t seen = batch_.prefix + row % batch_.fresh + 1;
            const double reference =
                attention_reference({batch_.queries + row * batch_.head_dim, batch_.keys + cache,
                                     batch_.values + cache, seen, batch_.head_dim},
                                    place % batch_.head_dim);
            const auto terms = static_cast<double>(seen);
            check_equal("prefill attention", static_cast<double>(batch_.outputs[place]), reference,
                        terms + static_cast<double>(batch_.head_dim), 1 / std::sqrt(terms));
        }
    }

private:
    HostMeans& means_;
    std::size_t tokens_;
    MappedMemory scores_;
    PrefillBatch batch_;
};

PreparedPoint prefill_prepare(HostMeans& means, const ProbePoint& point) {
    auto trial = std::make_unique<PrefillTrial>(means, point);
    trial->sample();
    trial->check();
    trial->sample();
    return PreparedPoint::ready(std::move(trial));
}

}  // namespace

const HostProbeEntry kPrefillProbe{"attn.prefill", "new tokens' attention to what came before them",
                                   prefill_points, prefill_prepare};

}  // namespace spillway
