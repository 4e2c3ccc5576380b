#include "calibration/host/host_backend.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "calibration/common/fresh_process.hpp"
#include "calibration/common/run_probes.hpp"
#include "calibration/host/child.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

namespace spillway::tests {
namespace {

std::unique_ptr<ProbeBackend> opened(const ScratchDir& folder) {
    OpenedBackend opened = host_backend().open({SPILLWAY_CHILD_PROGRAM, folder.path(), false});
    REQUIRE(opened.unusable.empty());
    return std::move(opened.backend);
}

/// What tells a point from others: its parameters as text.
std::string key_of(const ProbePoint& point) {
    std::string key;
    for (const auto& [name, word] : point.words) key += name + "=" + word + " ";
    for (const auto& [name, number] : point.numbers) key += name + "=" + std::to_string(number) + " ";
    return key;
}

std::vector<std::string> names_of(const ProbePoint& point) {
    std::vector<std::string> names;
    for (const auto& [name, word] : point.words) names.push_back(name);
    for (const auto& [name, number] : point.numbers) names.push_back(name);
    return names;
}

/// As docs and other backends have them.
const std::map<std::string, std::vector<std::string>> kParameters{
    {"mem.copy", {"via", "bytes"}},
    {"gemm", {"dtype", "m", "n", "k", "copies"}},
    {"attn.decode", {"kv_dtype", "heads", "kv_heads", "head_dim", "batch", "context"}},
    {"attn.prefill", {"kv_dtype", "heads", "kv_heads", "head_dim", "batch", "prefix", "new"}},
    {"ew", {"op", "bytes", "tokens", "width"}},
    {"launch", {"what"}},
    {"start.process", {"what"}},
    {"start.library", {"what", "library", "bytes"}},
    {"alloc", {"what", "bytes"}},
    {"disk.read", {"cache", "mode", "bytes", "threads"}},
    {"load", {"cache", "mode", "bytes", "threads", "buffers", "buffer_bytes"}}};

Probe& probe_named(ProbeBackend& backend, std::string_view name) {
    for (const auto& probe : backend.probes()) {
        if (probe->name() == name)
            return *probe;
    }
    throw std::runtime_error("no such probe");
}

/// What a tiny plan gives of one probe.
SampleFile measured(const std::vector<std::string>& probes) {
    const ScratchDir folder;
    const auto backend = opened(folder);
    ProbePlan plan;
    plan.effort = Effort::kQuick;
    plan.rule = {0.5, 2, 6, 0, 0.002};
    plan.probes = probes;
    plan.rounds = 1;
    plan.cool_down_seconds = 0;
    return run_probes(*backend, plan, real_probe_world([](const std::string&) {}));
}

void require_consistent(const Sample& sample) {
    CAPTURE(sample.probe);
    REQUIRE(sample.repeats >= 2);
    REQUIRE(sample.spread);
    REQUIRE(sample.spread->least > 0);
    REQUIRE(sample.spread->least <= sample.spread->lower_quartile);
    REQUIRE(sample.spread->lower_quartile <= sample.median_seconds);
    REQUIRE(sample.median_seconds <= sample.spread->upper_quartile);
    REQUIRE(sample.spread->upper_quartile <= sample.spread->most);
    REQUIRE(!sample.stopped.empty());
    REQUIRE(sample.values.size() == static_cast<std::size_t>(sample.repeats));
}

}  // namespace

TEST_CASE("every probe's points have the parameters that samples name, and none twice",
          "[calibration][host]") {
    const ScratchDir folder;
    const auto backend = opened(folder);
    REQUIRE(backend->probes().size() == kParameters.size());
    for (const auto& probe : backend->probes()) {
        const auto expected = kParameters.find(std::string(probe->name()));
        REQUIRE(expected != kParameters.end());
        REQUIRE(!probe->summary().empty());
        std::size_t fewer = 0;
        for (const Effort effort : {Effort::kQuick, Effort::kNormal, Effort::kThorough}) {
            const std::vector<ProbePoint> points = probe->points(effort);
            CAPTURE(probe->name());
            REQUIRE(points.size() >= fewer);
            fewer = points.size();
            std::set<std::string> keys;
            for (const ProbePoint& point : points) {
                REQUIRE(names_of(point) == expected->second);
                REQUIRE(keys.insert(key_of(point)).second);
            }
        }
    }
}

TEST_CASE("even a quick grid has the rows and sites that a fit needs", "[calibration][host]") {
    const ScratchDir folder;
    const auto backend = opened(folder);
    const auto sites_of = [&](const char* probe, const std::vector<const char*>& names) {
        std::set<std::vector<double>> sites;
        const std::vector<ProbePoint> points = probe_named(*backend, probe).points(Effort::kQuick);
        REQUIRE(points.size() >= 60);
        for (const ProbePoint& point : points) {
            std::vector<double> site;
            for (const char* name : names) site.push_back(point.number(name));
            sites.insert(site);
        }
        return sites.size();
    };
    REQUIRE(sites_of("gemm", {"n", "k"}) >= 6);
    REQUIRE(sites_of("attn.decode", {"heads", "kv_heads", "head_dim"}) >= 3);
    REQUIRE(sites_of("attn.prefill", {"heads", "kv_heads", "head_dim"}) >= 3);
}

TEST_CASE("the host is known by its processor, memory and storage", "[calibration][host]") {
    const ScratchDir folder;
    const MachineFacts facts = opened(folder)->machine();
    REQUIRE(facts.device == "host-cpu");
    for (const char* name : {"memory_bytes", "multiprocessors", "l2_bytes"})
        REQUIRE(find_named(facts.numbers, name) != nullptr);
    for (const char* name : {"device_name", "cpu", "kernel", "storage", "threads", "date", "revision"})
        REQUIRE(find_named(facts.words, name) != nullptr);
}

TEST_CASE("kernels measured by a tiny plan have samples in order", "[calibration][host]") {
    const SampleFile file = measured({"gemm", "attn.decode", "attn.prefill", "ew", "mem.copy"});
    REQUIRE(file.backend == "host");
    REQUIRE(file.skipped.empty());
    REQUIRE(file.samples.size() >= 200);
    for (const Sample& sample : file.samples) require_consistent(sample);
}

TEST_CASE("starts, memory and tasks measured by a tiny plan have samples in order", "[calibration][host]") {
    const SampleFile file = measured({"launch", "alloc", "start.process", "start.library"});
    for (const Sample& sample : file.samples) require_consistent(sample);
    for (const SkippedPoint& point : file.skipped)
        REQUIRE_THAT(point.reason, contains_text("static program"));
}

TEST_CASE("files are measured, or the point says why they cannot be", "[calibration][host]") {
    const SampleFile file = measured({"disk.read", "load"});
    for (const Sample& sample : file.samples) require_consistent(sample);
    REQUIRE(file.samples.size() + file.skipped.size() == 18);
    for (const SkippedPoint& point : file.skipped) REQUIRE(!point.reason.empty());
}

TEST_CASE("without a program there are no fresh processes of it, and the points say so",
          "[calibration][host]") {
    const ScratchDir folder;
    const OpenedBackend without = host_backend().open({{}, folder.path(), false});
    Probe& probe = probe_named(*without.backend, "start.process");
    const PreparedPoint prepared = probe.prepare({{{"what", "fork_exec"}}, {}});
    REQUIRE(prepared.trial == nullptr);
    REQUIRE_THAT(prepared.unavailable, contains_text("no program"));
}

TEST_CASE("a child prints the seconds of what it was asked", "[calibration][host]") {
    REQUIRE(printed_seconds(run_fresh({SPILLWAY_CHILD_PROGRAM, "--child", "host", "fork_exec"})) > 0);
    REQUIRE_THROWS_WITH(run_fresh({SPILLWAY_CHILD_PROGRAM, "--child", "host", "dlopen", "/nowhere.so"}),
                        contains_text("/nowhere.so"));
    REQUIRE_THROWS_WITH(run_fresh({SPILLWAY_CHILD_PROGRAM, "--child", "host", "dance"}),
                        contains_text("fork_exec or dlopen"));
}

}  // namespace spillway::tests
