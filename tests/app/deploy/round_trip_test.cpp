// Laws over random settings: what a platform's file says survives being written and read, and so does the
// file.
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "app/deploy/config_tree.hpp"
#include "app/io/json_file.hpp"
#include "app/io/json_text.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"
#include "tests/app/deploy/deploy_rig.hpp"
#include "tests/support/rapidcheck.hpp"

namespace spillway::tests {
namespace {

int draw(int low, int high) { return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(low, high + 1)); }
bool toss() { return draw(0, 1) == 1; }
std::string seconds(int low, int high) { return "\"" + std::to_string(draw(low, high)) + "s\""; }
std::string percent(int low, int high) { return "\"" + std::to_string(draw(low, high)) + "%\""; }
std::string count(int low, int high) { return std::to_string(draw(low, high)); }
std::string thousandths(int low, int high) { return std::to_string(draw(low, high)) + "e-3"; }
std::string one_of(std::initializer_list<const char*> words) {
    return "\"" + std::string(words.begin()[draw(0, static_cast<int>(words.size()) - 1)]) + "\"";
}

/// Members of a pool, by the path that they are compared by.
struct DrawnPool {
    std::string form;
    std::string platform;
    std::string policy;
    std::vector<std::pair<std::string, std::string>> knobs;

    void add(const std::string& at, const std::string& json) { knobs.emplace_back(at, json); }
    /// Some are left to their defaults.
    void maybe(const std::string& at, const std::string& json) {
        if (toss())
            add(at, json);
    }
    std::string scenario() const {
        ConfigNode pool = ConfigNode::object("", {});
        for (const auto& [at, json] : knobs) {
            std::string path = at;
            std::replace(path.begin(), path.end(), '.', '>');
            pool = with_in_tree(pool, path, read_config_text(json, ""));
        }
        pool = with_in_tree(pool, "policy>name", ConfigNode::text("", policy));
        pool = with_in_tree(pool, "platform", ConfigNode::text("", platform));
        const std::string text = json_text(pool);
        return scenario_of(text.substr(1, text.size() - 2));
    }
};

void draw_size(DrawnPool& pool, int least, int most_floor = 3) {
    pool.add("workers.min", count(least, most_floor));
    pool.add("workers.max", count(most_floor, 40));
}

void draw_hpa_knobs(DrawnPool& pool) {
    pool.add("policy.target", thousandths(1, 30'000));
    pool.maybe("policy.tolerance", percent(11, 30));
    pool.maybe("policy.up_window", seconds(0, 3600));
    pool.maybe("policy.down_window", seconds(0, 3600));
    pool.maybe("policy.up_share", count(1, 9));
    pool.maybe("policy.up_pods", count(0, 9));
    pool.maybe("policy.up_period", seconds(1, 1800));
    pool.maybe("policy.down_share", percent(0, 100));
    pool.maybe("policy.drain_limit", seconds(1, 900));
    pool.maybe("gpus.per_worker", count(1, 8));
}

DrawnPool draw_runpod() {
    const bool by_delay = toss();
    const bool balancing = !by_delay && toss();
    DrawnPool pool{"runpod",
                   by_delay    ? "runpod-serverless"
                   : balancing ? "runpod-load-balancing"
                               : "runpod-serverless-request-count",
                   by_delay ? "runpod-queue-delay" : "runpod-request-count",
                   {}};
    draw_size(pool, 0);
    if (by_delay)
        pool.add("policy.queue_delay", seconds(1, 60));
    else
        pool.add("policy.scaler_value", count(1, 50));
    if (by_delay || balancing)
        pool.add("policy.idle_timeout", seconds(1, 3600));
    pool.add("gpu", one_of({"L4", "H100", "RTX4090", "A6000"}));
    pool.add("startup.preset", one_of({"runpod/flashboot", "runpod/no-cache"}));
    pool.add("startup.weights", R"({"name":"my-model","bytes":"16GB"})");
    pool.maybe("gpus.per_worker", count(1, 8));
    pool.maybe("execution_timeout", seconds(5, 900'000 / 2));
    return pool;
}

DrawnPool draw_modal() {
    DrawnPool pool{"modal", "modal", "modal", {}};
    draw_size(pool, 0);
    pool.add("concurrency", count(1, 64));
    pool.add("gpu", one_of({"L4", "H100", "A100-40GB", "A10", "T4"}));
    pool.maybe("gpus.per_worker", count(2, 8));
    pool.maybe("policy.buffer_containers", count(0, 3));
    pool.maybe("policy.scaledown_window", seconds(2, 1200));
    if (toss())
        pool.add("policy.target_inputs", "1");
    pool.maybe("execution_timeout", seconds(1, 86'400));
    return pool;
}

DrawnPool draw_knative() {
    DrawnPool pool{"knative", "knative", "knative-kpa", {}};
    draw_size(pool, 0);
    pool.add("concurrency", count(10, 64));
    pool.maybe("policy.target", thousandths(10, 10'000));
    pool.maybe("policy.target_utilization", percent(1, 100));
    pool.maybe("policy.window", seconds(10, 3600));
    pool.maybe("policy.panic_window", percent(10, 100));
    pool.maybe("policy.panic_threshold", thousandths(1'100, 9'000));
    pool.maybe("policy.scale_down_delay", seconds(0, 3600));
    pool.maybe("policy.scale_to_zero_pod_retention_period", seconds(0, 3600));
    pool.maybe("policy.initial_scale", count(1, 3));
    pool.maybe("policy.activation_scale", count(1, 3));
    pool.maybe("execution_timeout", seconds(1, 900));
    pool.maybe("init_timeout", seconds(60, 1200));
    return pool;
}

DrawnPool draw_keda() {
    DrawnPool pool{"keda", "kubernetes-keda", "keda", {}};
    draw_size(pool, 0);
    pool.maybe("policy.polling_interval", seconds(1, 300));
    pool.maybe("policy.cooldown_period", seconds(0, 3600));
    pool.maybe("policy.activation", thousandths(0, 9'000));
    pool.add("policy.metric", one_of({"queued", "queued-and-running"}));
    draw_hpa_knobs(pool);
    return pool;
}

DrawnPool draw_hpa() {
    DrawnPool pool{"hpa", "kubernetes-hpa", "kubernetes-hpa", {}};
    draw_size(pool, 1);
    pool.add("policy.metric", one_of({"in-flight", "busy-share", "queued", "queued-and-running"}));
    draw_hpa_knobs(pool);
    return pool;
}

DrawnPool draw_skyserve() {
    DrawnPool pool{"skyserve", "skyserve", "skyserve", {}};
    draw_size(pool, 0);
    pool.add("policy.target_qps_per_replica", "\"" + std::to_string(draw(1, 5000)) + "/h\"");
    pool.maybe("policy.upscale_delay", seconds(20, 900));
    pool.maybe("policy.downscale_delay", seconds(20, 3600));
    pool.maybe("policy.num_overprovision", count(1, 2));
    pool.maybe("init_timeout", seconds(60, 3600));
    pool.maybe("gpus.per_worker", count(1, 8));
    return pool;
}

DrawnPool draw_cloud_run() {
    DrawnPool pool{"terraform", "cloud-run-gpu", "cloud-run", {}};
    draw_size(pool, 0);
    pool.add("concurrency", count(1, 500));
    pool.maybe("execution_timeout", seconds(1, 3600));
    pool.add("price.memory.size", "\"" + std::to_string(draw(16, 64)) + "GiB\"");
    pool.maybe("price.cpu.vcpu", count(4, 8));
    return pool;
}

DrawnPool draw_sagemaker() {
    const bool backlog = toss();
    DrawnPool pool{"terraform", backlog ? "sagemaker-async" : "sagemaker", "sagemaker-target-tracking", {}};
    draw_size(pool, backlog ? 0 : 1);
    pool.add("gpu", one_of({"A10G", "L40S"}));
    pool.add("gpus.per_worker", "1");
    pool.add("policy.metric", backlog ? "\"backlog-per-instance\"" : "\"concurrent-requests-per-copy\"");
    pool.add("policy.target", thousandths(1, 30'000));
    pool.maybe("policy.cooldown_in", seconds(0, 3600));
    pool.maybe("policy.cooldown_out", seconds(0, 3600));
    return pool;
}

/// Whether two JSON values say the same: "90s" and "1m30s", "70%" and 0.7.
bool says_as_much(const std::string& a, const std::string& b) {
    const auto figure = [](const std::string& json) {
        const ConfigNode node = read_config_text(json, "");
        if (node.kind() != ConfigNode::Kind::kText)
            return node.as_number();
        if (const auto duration = parse_duration(node.as_text()))
            return std::chrono::duration<double>(*duration).count();
        if (const auto rate = parse_rate(node.as_text()))
            return *rate;
        return parse_ratio(node.as_text()).value_or(-1);
    };
    if (a == b || b == "absent" || a.front() == '{')
        return a == b;
    return std::abs(figure(a) - figure(b)) <= 1e-12 * std::abs(figure(a)) && figure(a) >= 0;
}

void check_survival(DrawnPool (*make)()) {
    const DrawnPool drawn = make();
    const DeployText first = export_scenario(drawn.scenario(), drawn.form);
    const ImportedConfig imported = import_text(first.text, drawn.form);
    const ConfigNode pool = pool_of(imported);
    for (const auto& [at, json] : drawn.knobs) {
        if (!says_as_much(json, said(pool, at)))
            RC_FAIL(at + " " + json + " became " + said(pool, at) + "\n" + first.text);
    }
    RC_ASSERT(said(pool, "platform") == "\"" + drawn.platform + "\"");
    const DeployText second = export_scenario(imported.scenario, drawn.form);
    if (without_comments(first.text) != without_comments(second.text))
        RC_FAIL("not the same:\n" + first.text + second.text);
    if (draw(0, 3) > 0)
        return;
    const DeployText third = export_scenario(import_text(second.text, drawn.form).scenario, drawn.form);
    RC_ASSERT(second.text == third.text);  // comments too
}

}  // namespace

TEST_CASE("settings survive being written and read, and the file is written again as it was",
          "[app][deploy][law]") {
    check_property("runpod", [] { check_survival(draw_runpod); });
    check_property("modal", [] { check_survival(draw_modal); });
    check_property("knative", [] { check_survival(draw_knative); });
    check_property("keda", [] { check_survival(draw_keda); });
    check_property("hpa", [] { check_survival(draw_hpa); });
    check_property("skyserve", [] { check_survival(draw_skyserve); });
    check_property("terraform", [] { check_survival(draw_cloud_run); });
    check_property("terraform", [] { check_survival(draw_sagemaker); });
}

TEST_CASE("a damaged file is read or refused in one message, and never ends the program",
          "[app][deploy][law]") {
    constexpr std::array kMakers{draw_runpod, draw_modal,    draw_knative,   draw_keda,
                                 draw_hpa,    draw_skyserve, draw_cloud_run, draw_sagemaker};
    for (const char* name : {"damage", "more damage"}) {
        check_property(name, [&] {
            const DrawnPool drawn = kMakers[static_cast<std::size_t>(draw(0, 7))]();
            std::string text = export_scenario(drawn.scenario(), drawn.form).text;
            const int flips = draw(0, 3);
            for (int i = 0; i < flips; ++i)
                text[static_cast<std::size_t>(draw(0, static_cast<int>(text.size()) - 1))] =
                    static_cast<char>(draw(0, 255));
            if (toss())
                text.resize(static_cast<std::size_t>(draw(0, static_cast<int>(text.size()))));
            try {
                import_text(text, drawn.form);
            } catch (const InputError& error) {
                RC_ASSERT(!error.problem().empty());
                RC_ASSERT(error.where().starts_with("file"));
            }
        });
    }
}

}  // namespace spillway::tests
