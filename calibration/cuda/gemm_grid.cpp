#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>
#include <utility>

#include "calibration/cuda/grids.hpp"

namespace spillway::cuda {
namespace {

/// A dense model's widths, as its configuration file has them.
struct Widths {
    int hidden;
    int heads;
    int kv_heads;
    int inner;
};
constexpr int kHeadDim = 128;
constexpr Widths kLlama8{4096, 32, 8, 14336};
constexpr Widths kLlama70{8192, 64, 8, 28672};
constexpr Widths kQwen32{5120, 64, 8, 25600};

using Site = std::pair<int, int>;  // n and k of a weight matrix

/// The four products of a layer on one of `gpus` GPUs.
void add_sites(const Widths& model, int gpus, std::set<Site>& sites) {
    const int kv_heads = std::max(1, model.kv_heads / gpus);
    sites.insert({(model.heads / gpus + 2 * kv_heads) * kHeadDim, model.hidden});
    sites.insert({model.hidden, model.heads * kHeadDim / gpus});
    sites.insert({2 * model.inner / gpus, model.hidden});
    sites.insert({model.hidden, model.inner / gpus});
}

std::set<Site> sites_of(Effort effort) {
    if (effort == Effort::kQuick)
        return {{6144, 4096}, {4096, 4096}, {28672, 4096}, {4096, 14336},
                {1280, 8192}, {8192, 7168}, {7168, 8192},  {5120, 25600}};
    std::set<Site> sites{{2048, 2048}, {4096, 4096}, {8192, 8192}};
    const std::vector<int> parallel = effort == Effort::kNormal ? std::vector{1, 4} : std::vector{1, 2, 4, 8};
    for (const int gpus : parallel) {
        add_sites(kLlama8, gpus, sites);
        add_sites(kLlama70, gpus, sites);
        add_sites(kQwen32, gpus, sites);
    }
    if (effort == Effort::kThorough)
        sites.insert({{1024, 1024}, {16384, 16384}});
    return sites;
}

/// Token counts: powers of two, and one more than some of them, where a tile more is begun.
std::vector<int> rows_of(Effort effort) {
    if (effort == Effort::kQuick)
        return {1, 8, 33, 64, 257, 1024, 4096, 8192};
    std::vector<int> rows{33, 129, 1025};
    if (effort == Effort::kThorough)
        rows = {17, 33, 65, 129, 257, 513, 1025, 2049, 4097, 8193, 3, 24, 48, 96, 192, 384, 768};
    for (int m = 1; m <= 32768; m *= 2) rows.push_back(m);
    std::sort(rows.begin(), rows.end());
    return rows;
}

/// Whole tables for what models are served in; int8 at a few sites, since no profile is fitted to it yet.
std::set<Site> sites_of(Effort effort, const std::string& type) {
    if (type != "int8")
        return sites_of(effort);
    std::set<Site> few{{6144, 4096}, {4096, 14336}};
    if (effort != Effort::kQuick)
        few.insert({{28672, 4096}, {8192, 8192}, {1280, 8192}});
    return few;
}

}  // namespace

std::vector<ProbePoint> gemm_points(const DeviceFacts& facts, Effort effort) {
    std::vector<ProbePoint> points;
    for (const char* type : {"bf16", "fp8", "int8"}) {
        const double value_bytes = std::string(type) == "bf16" ? 2 : 1;
        for (const auto& [n, k] : sites_of(effort, type)) {
            const double weight = value_bytes * n * k;
            const double copies = std::floor(3 * facts.l2_bytes / weight) + 1;
            for (const int m : rows_of(effort)) {
                const double bytes = copies * weight + value_bytes * m * k + 4.0 * m * n;
                if (bytes < kMemoryShare * facts.memory_bytes)
                    points.push_back({{{"dtype", type}}, {{"m", m}, {"n", n}, {"k", k}, {"copies", copies}}});
            }
        }
    }
    return points;
}

}  // namespace spillway::cuda
