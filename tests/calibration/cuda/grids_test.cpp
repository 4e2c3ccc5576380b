#include "calibration/cuda/grids.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>

#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::cuda;

namespace {

constexpr DeviceFacts kH100{80e9, 50 * 1048576.0, 132, 90, 8};
constexpr DeviceFacts kL4{24e9, 48 * 1048576.0, 58, 89, 1};

using Grid = std::function<std::vector<ProbePoint>(const DeviceFacts&, Effort)>;

std::map<std::string, Grid> grids() {
    return {{"mem.copy", copy_points},
            {"bus.copy", [](const DeviceFacts&, Effort effort) { return bus_points(effort); }},
            {"gemm", gemm_points},
            {"attn.decode", decode_points},
            {"attn.prefill", prefill_points},
            {"attn.prefill.composed", composed_prefill_points},
            {"ew", elementwise_points},
            {"launch", [](const DeviceFacts&, Effort) { return launch_points(); }},
            {"graph", [](const DeviceFacts&, Effort) { return graph_points(); }},
            {"all_reduce", all_reduce_points},
            {"alloc", alloc_points},
            {"disk.read", disk_points},
            {"load", load_points}};
}

std::string text_of(const ProbePoint& point) {
    std::string text;
    for (const auto& [name, word] : point.words) text += name + "=" + word + " ";
    for (const auto& [name, number] : point.numbers) text += name + "=" + std::to_string(number) + " ";
    return text;
}

int count_of(const std::vector<ProbePoint>& points, const char* parameter, const char* word) {
    int count = 0;
    for (const ProbePoint& point : points) count += point.word(parameter) == word ? 1 : 0;
    return count;
}

}  // namespace

TEST_CASE("no grid is empty or has a point twice, and more effort never measures less", "[cuda][grids]") {
    for (const DeviceFacts& facts : {kH100, kL4}) {
        for (const auto& [name, grid] : grids()) {
            INFO(name);
            std::size_t fewer = 0;
            for (const Effort effort : {Effort::kQuick, Effort::kNormal, Effort::kThorough}) {
                const std::vector<ProbePoint> points = grid(facts, effort);
                std::set<std::string> texts;
                for (const ProbePoint& point : points) texts.insert(text_of(point));
                CHECK(!points.empty());
                CHECK(texts.size() == points.size());
                CHECK(points.size() >= fewer);
                fewer = points.size();
            }
        }
    }
}

TEST_CASE("a quick grid has the fifty rows that a fit needs", "[cuda][grids]") {
    const std::vector<ProbePoint> gemm = gemm_points(kH100, Effort::kQuick);
    CHECK(count_of(gemm, "dtype", "bf16") >= 64);
    CHECK(count_of(gemm, "dtype", "fp8") >= 64);
    CHECK(prefill_points(kH100, Effort::kQuick).size() >= 60);

    // Caches of about the L2's size are not fitted: a benchmark reads them from there.
    for (const DeviceFacts& facts : {kH100, kL4}) {
        int usable = 0;
        for (const ProbePoint& point : decode_points(facts, Effort::kQuick)) {
            const double bytes = 4 * point.number("batch") * point.number("context") *
                                 point.number("kv_heads") * point.number("head_dim");
            usable += bytes < 0.1 * facts.l2_bytes || bytes > 2 * facts.l2_bytes ? 1 : 0;
        }
        CHECK(usable >= 50);
    }
}

TEST_CASE("weights in turn are over three times the L2", "[cuda][grids]") {
    for (const ProbePoint& point : gemm_points(kH100, Effort::kThorough)) {
        const double value_bytes = point.word("dtype") == "bf16" ? 2 : 1;
        CHECK(point.number("copies") * point.number("n") * point.number("k") * value_bytes >
              3 * kH100.l2_bytes);
    }
}

TEST_CASE("token counts go to 32768 and one over powers of two", "[cuda][grids]") {
    std::set<double> rows;
    for (const ProbePoint& point : gemm_points(kH100, Effort::kNormal)) rows.insert(point.number("m"));
    CHECK(rows.contains(1));
    CHECK(rows.contains(32768));
    CHECK(rows.contains(1025));
}

TEST_CASE("the products of a layer under tensor parallelism are in the thorough grid", "[cuda][grids]") {
    std::set<std::pair<double, double>> sites;
    for (const ProbePoint& point : gemm_points(kH100, Effort::kThorough))
        sites.insert({point.number("n"), point.number("k")});
    CHECK(sites.contains({768, 4096}));    // qkv of Llama 8B on 8 GPUs
    CHECK(sites.contains({57344, 8192}));  // gate and up of Llama 70B on one
    CHECK(sites.contains({5120, 3200}));   // down of Qwen 32B on 8
}

TEST_CASE("attention has whole groups of at most sixteen heads", "[cuda][grids]") {
    for (const ProbePoint& point : decode_points(kH100, Effort::kThorough)) {
        const auto heads = static_cast<int>(point.number("heads"));
        const auto kv_heads = static_cast<int>(point.number("kv_heads"));
        CHECK(heads % kv_heads == 0);
        CHECK(heads / kv_heads <= 16);
        CHECK((point.number("head_dim") == 64 || point.number("head_dim") == 128));
    }
}

TEST_CASE("caches and scores stay within their share of the memory", "[cuda][grids]") {
    for (const ProbePoint& point : decode_points(kL4, Effort::kThorough)) {
        CHECK(4 * point.number("batch") * point.number("context") * point.number("kv_heads") *
                  point.number("head_dim") <=
              kMemoryShare * kL4.memory_bytes);
    }
    for (const ProbePoint& point : composed_prefill_points(kL4, Effort::kThorough))
        CHECK(composed_bytes(point) <= kMemoryShare * kL4.memory_bytes);
}

TEST_CASE("without a second GPU the all-reduce asks for two, to say why there is none", "[cuda][grids]") {
    for (const ProbePoint& point : all_reduce_points(kL4, Effort::kNormal)) CHECK(point.number("gpus") == 2);
    std::set<double> gpus;
    for (const ProbePoint& point : all_reduce_points(kH100, Effort::kQuick))
        gpus.insert(point.number("gpus"));
    CHECK(gpus == std::set<double>{2, 4, 8});
}
