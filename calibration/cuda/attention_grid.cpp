#include <algorithm>
#include <array>

#include "calibration/cuda/grids.hpp"

namespace spillway::cuda {
namespace {

struct Heads {
    int heads;
    int kv_heads;
    int head_dim;
};

/// Llama 8B, 70B and Qwen 32B whole and in parts of 2, 4 and 8; with 64 dimensions, Llama 1B.
std::vector<Heads> shapes_of(Effort effort) {
    std::vector<Heads> shapes{{32, 8, 128}, {64, 8, 128}, {16, 2, 128}, {8, 1, 128}};
    if (effort != Effort::kQuick)
        shapes.insert(shapes.end(), {{16, 4, 128}, {32, 8, 64}});
    if (effort == Effort::kThorough)
        shapes.insert(shapes.end(), {{32, 4, 128}, {8, 2, 128}, {4, 1, 128}, {40, 8, 128}, {5, 1, 128}});
    return shapes;
}

double cache_bytes(const Heads& shape, double tokens) {
    return 2 * 2 * tokens * shape.kv_heads * shape.head_dim;
}

/// What one call of prefill works on.
struct Chunks {
    int batch;
    int prefix;
    int fresh;
};

std::vector<Chunks> chunks_of(Effort effort) {
    std::vector<Chunks> chunks{{1, 0, 128},    {1, 0, 512},     {1, 0, 1024},    {1, 0, 2048},
                               {1, 0, 4096},   {1, 0, 8192},    {1, 0, 16384},   {1, 1024, 256},
                               {1, 4096, 512}, {1, 8192, 2048}, {1, 16384, 512}, {4, 0, 512},
                               {4, 0, 2048},   {16, 0, 128},    {16, 0, 512},    {8, 2048, 256}};
    if (effort == Effort::kQuick)
        return chunks;
    chunks.insert(chunks.end(), {{1, 0, 16},
                                 {1, 0, 64},
                                 {1, 0, 256},
                                 {1, 0, 1025},
                                 {1, 0, 3000},
                                 {1, 512, 512},
                                 {1, 2048, 2048},
                                 {1, 4096, 4096},
                                 {1, 30720, 2048},
                                 {2, 0, 4096},
                                 {4, 4096, 1024},
                                 {32, 0, 64},
                                 {32, 0, 256},
                                 {64, 1024, 64}});
    if (effort == Effort::kThorough) {
        for (int fresh = 32; fresh <= 8192; fresh *= 4) {
            for (int prefix = 300; prefix <= 76800; prefix *= 4) chunks.push_back({1, prefix, fresh});
        }
        chunks.insert(chunks.end(),
                      {{1, 0, 32768}, {8, 0, 1024}, {8, 0, 4096}, {128, 0, 128}, {128, 512, 128}});
    }
    return chunks;
}

}  // namespace

std::vector<ProbePoint> decode_points(const DeviceFacts& facts, Effort effort) {
    std::vector<int> batches{1, 8, 32, 64, 256};
    std::vector<int> contexts{256, 1024, 4096, 8192, 32768};
    if (effort != Effort::kQuick) {
        batches = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
        contexts = {128, 512, 1000, 2048, 4096, 8192, 16384, 32768};
    }
    if (effort == Effort::kThorough)
        contexts.insert(contexts.end(), {256, 1024, 3000, 6000, 12288, 65536, 131072});
    std::vector<ProbePoint> points;
    for (const Heads& shape : shapes_of(effort)) {
        for (const int batch : batches) {
            for (const int context : contexts) {
                if (cache_bytes(shape, static_cast<double>(batch) * context) >
                    kMemoryShare * facts.memory_bytes)
                    continue;
                points.push_back({{{"kv_dtype", "bf16"}},
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

std::vector<ProbePoint> prefill_points(const DeviceFacts& facts, Effort effort) {
    std::vector<ProbePoint> points;
    for (const Heads& shape : shapes_of(effort)) {
        for (const Chunks& chunks : chunks_of(effort)) {
            const double tokens = static_cast<double>(chunks.batch) * (chunks.prefix + chunks.fresh);
            if (cache_bytes(shape, tokens) > kMemoryShare / 2 * facts.memory_bytes)
                continue;
            points.push_back({{{"kv_dtype", "bf16"}},
                              {{"heads", shape.heads},
                               {"kv_heads", shape.kv_heads},
                               {"head_dim", shape.head_dim},
                               {"batch", chunks.batch},
                               {"prefix", chunks.prefix},
                               {"new", chunks.fresh}}});
        }
    }
    return points;
}

double composed_bytes(const ProbePoint& point) {
    const double fresh = point.number("batch") * point.number("new");
    const double context = point.number("prefix") + point.number("new");
    const double scores = fresh * point.number("heads") * (context + 8);
    const double cache =
        2 * point.number("batch") * context * point.number("kv_heads") * point.number("head_dim");
    return 2 * (scores + cache + 2 * fresh * point.number("heads") * point.number("head_dim"));
}

std::vector<ProbePoint> composed_prefill_points(const DeviceFacts& facts, Effort effort) {
    // It is a bound beside the tiled kernel, not what is fitted: few points do.
    std::vector<ProbePoint> points = prefill_points(facts, Effort::kQuick);
    std::erase_if(points, [&](const ProbePoint& point) {
        return composed_bytes(point) > kMemoryShare * facts.memory_bytes ||
               (effort == Effort::kQuick && point.number("heads") != 32);
    });
    return points;
}

std::vector<ProbePoint> elementwise_points(const DeviceFacts& facts, Effort effort) {
    struct Operation {
        const char* name;
        double times;  // the width, read and written
        std::vector<int> widths;
    };
    const std::array operations{Operation{"add_norm", 4, {4096, 8192}},
                                Operation{"silu_mul", 3, {7168, 14336, 28672}}};
    const std::vector<int> tokens =
        effort == Effort::kQuick ? std::vector{1, 128, 4096, 16384}
                                 : std::vector{1, 4, 16, 64, 256, 1024, 2048, 4096, 8192, 16384, 32768};
    std::vector<ProbePoint> points;
    for (const Operation& operation : operations) {
        for (const int width : operation.widths) {
            for (const int count : tokens) {
                const double bytes = 2 * operation.times * width * count;
                if (bytes < kMemoryShare / 2 * facts.memory_bytes)
                    points.push_back(
                        {{{"op", operation.name}}, {{"bytes", bytes}, {"tokens", count}, {"width", width}}});
            }
        }
    }
    return points;
}

}  // namespace spillway::cuda
