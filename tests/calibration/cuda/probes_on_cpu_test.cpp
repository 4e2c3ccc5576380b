// The probes' own code over a fake runtime: operands, copies, splits, references and graphs at tiny sizes.
// Each prepare() compares with the reference, so that a point that gets ready is right.
#include <string>
#include <vector>

#include "calibration/cuda/probes.hpp"
#include "tests/calibration/cuda/fake_runtime.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

using namespace spillway;
using namespace spillway::cuda;
using namespace spillway::tests;

namespace {

/// Takes two samples of the point: empty, or what went wrong.
std::string trouble(Probe& probe, const ProbePoint& point) {
    try {
        const PreparedPoint prepared = probe.prepare(point);
        if (!prepared.trial)
            return prepared.unavailable;
        for (int i = 0; i < 2; ++i) {
            if (!(prepared.trial->sample() > 0))
                return "a sample of no time";
        }
        return {};
    } catch (const MeasureError& error) {
        return error.what();
    }
}

ProbePoint attention(double heads, double kv_heads, double head_dim, NamedNumbers more) {
    ProbePoint point{{{"kv_dtype", "bf16"}},
                     {{"heads", heads}, {"kv_heads", kv_heads}, {"head_dim", head_dim}}};
    point.numbers.insert(point.numbers.end(), more.begin(), more.end());
    return point;
}

}  // namespace

TEST_CASE("products of every type agree with their reference, on each copy of the weights",
          "[cuda][probes]") {
    const Device device;
    const auto probe = make_gemm_probe(device);
    for (const char* type : {"bf16", "fp8", "int8"}) {
        CHECK(trouble(*probe, {{{"dtype", type}}, {{"m", 3}, {"n", 32}, {"k", 48}, {"copies", 5}}}) == "");
        CHECK(trouble(*probe, {{{"dtype", type}}, {{"m", 1}, {"n", 16}, {"k", 16}, {"copies", 1}}}) == "");
    }
}

TEST_CASE("decode attention is right whole and split, for each grouping", "[cuda][probes]") {
    const Device device;
    const auto probe = make_decode_probe(device);
    CHECK(trouble(*probe, attention(2, 1, 64, {{"batch", 1}, {"context", 300}})) == "");
    CHECK(trouble(*probe, attention(8, 1, 128, {{"batch", 2}, {"context", 65}})) == "");
    CHECK(trouble(*probe, attention(4, 4, 64, {{"batch", 1}, {"context", 5}})) == "");
}

TEST_CASE("prefill attention is right tiled and composed", "[cuda][probes]") {
    const Device device;
    for (const auto make : {make_prefill_probe, make_composed_prefill_probe}) {
        const auto probe = make(device);
        CHECK(trouble(*probe, attention(4, 2, 64, {{"batch", 2}, {"prefix", 0}, {"new", 2}})) == "");
        CHECK(trouble(*probe, attention(2, 1, 128, {{"batch", 1}, {"prefix", 67}, {"new", 5}})) == "");
    }
}

TEST_CASE("element-wise work is right on its first and its last token", "[cuda][probes]") {
    const Device device;
    const auto probe = make_elementwise_probe(device);
    CHECK(trouble(*probe, {{{"op", "add_norm"}}, {{"bytes", 8 * 3 * 72.0}, {"tokens", 3}, {"width", 72}}}) ==
          "");
    CHECK(trouble(*probe, {{{"op", "silu_mul"}}, {{"bytes", 6 * 5 * 72.0}, {"tokens", 5}, {"width", 72}}}) ==
          "");
}

TEST_CASE("short work is timed in graphs, over its copies in turn", "[cuda][probes]") {
    const Device device;
    const auto probe = make_copy_probe(device);
    const int before = fake_graph_launches();
    CHECK(trouble(*probe, {{{"via", "kernel"}}, {{"bytes", 1024}}}) == "");
    CHECK(trouble(*probe, {{{"via", "memcpy"}}, {{"bytes", 64}}}) == "");
    const auto trial = probe->prepare({{{"via", "kernel"}}, {{"bytes", 1024}}}).trial;
    CHECK(trial->sample() == Approx(2e-6));              // of one copy, not of the graph
    CHECK(fake_graph_launches() == before + 3 + 3 + 2);  // to upload it, and for each sample
}

TEST_CASE("copies over the bus, allocations, launches and graphs give samples", "[cuda][probes]") {
    const Device device;
    const auto bus = make_bus_probe(device);
    for (const char* direction : {"h2d", "d2h"}) {
        for (const char* host : {"pinned", "pageable"})
            CHECK(trouble(*bus, {{{"direction", direction}, {"host", host}}, {{"bytes", 65536}}}) == "");
    }
    const auto allocation = make_alloc_probe(device);
    for (const char* what : {"device", "device_touch", "pinned", "registered"})
        CHECK(trouble(*allocation, {{{"what", what}}, {{"bytes", 1 << 20}}}) == "");
    const auto launch = make_launch_probe(device);
    for (const char* what : {"issue", "kernel", "round_trip"})
        CHECK(trouble(*launch, {{{"what", what}}, {}}) == "");
    const auto graph = make_graph_probe(device);
    for (const char* what : {"replay", "capture", "instantiate"})
        CHECK(trouble(*graph, {{{"what", what}}, {{"nodes", 10}}}) == "");
}

TEST_CASE("what is loaded to the device is what the file holds", "[cuda][probes]") {
    const Device device;
    const ScratchDir folder;
    WeightsStore files(folder.path());
    const NamedWords warm{{"cache", "warm"}, {"mode", "buffered"}};
    const auto load = make_load_probe(device, files);
    CHECK(trouble(*load,
                  {warm, {{"bytes", 3 << 20}, {"threads", 2}, {"buffers", 4}, {"buffer_bytes", 1 << 18}}}) ==
          "");
    CHECK(trouble(*load,
                  {warm, {{"bytes", 1 << 20}, {"threads", 1}, {"buffers", 1}, {"buffer_bytes", 1 << 20}}}) ==
          "");
    const auto disk = make_disk_probe(device, files);
    CHECK(trouble(*disk, {warm, {{"bytes", 3 << 20}, {"threads", 1}}}) == "");
}
