#include "app/capacity/one_worker.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/capacity/other_gpu_price.hpp"
#include "app/scenario/overlay_node.hpp"
#include "models/catalog/gpus.hpp"
#include "models/llm/llm_params.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array<std::string_view, 3> kPoolLimits{"supply", "crash_rate", "rate_limit"};

ConfigNode text(const ConfigNode& near, std::string value) {
    return ConfigNode::text(near.where(), std::move(value));
}

bool is_workers(const ConfigNode& pool) {
    const ConfigNode* kind = pool.find("kind");
    return kind == nullptr || kind->as_text() == "workers";
}

std::string name_of(const ConfigNode& pool) {
    const ConfigNode* name = pool.find("name");
    return name == nullptr ? std::string{} : name->as_text();
}

/// A null keeps the platform from setting it; without a platform there is nobody to.
ConfigNode without(const ConfigNode& pool, std::string_view member) {
    if (pool.find("platform") == nullptr)
        return without_member(pool, member);
    return with_member(pool, {std::string(member), ConfigNode(pool.where())});
}

ConfigNode always_on(ConfigNode pool) {
    for (const std::string_view member : kPoolLimits) pool = without(pool, member);
    const std::string& where = pool.where();
    pool =
        with_member(pool, {"workers", ConfigNode::object(where, {{"min", ConfigNode::integer(where, 1)},
                                                                 {"max", ConfigNode::integer(where, 1)}})});
    return with_member(pool,
                       {"policy", ConfigNode::object(where, {{"name", text(pool, "fixed")},
                                                             {"workers", ConfigNode::integer(where, 1)}})});
}

bool serves_llm(const ConfigNode& pool) {
    const ConfigNode* service = pool.find("service");
    const ConfigNode* model = service == nullptr ? nullptr : service->find("model");
    return model != nullptr && model->as_text() == "llm";
}

void check_precision(const std::string& name) {
    std::vector<std::string_view> known;
    for (const ParamSpec& spec : llm_service_params()) {
        if (spec.name != "precision")
            continue;
        for (std::string_view rest = spec.choices; !rest.empty();) {
            const std::size_t bar = std::min(rest.find('|'), rest.size());
            known.push_back(rest.substr(0, bar));
            rest.remove_prefix(std::min(bar + 1, rest.size()));
        }
    }
    if (std::find(known.begin(), known.end(), name) == known.end())
        throw unknown_name("--precisions", "precision", name, known);
}

ConfigNode varied(ConfigNode pool, const Scenario& scenario, const WorkerVariant& variant) {
    if (variant.gpu) {
        pool = priced_for(pool, scenario, *variant.gpu);
        pool = with_member(pool, {"gpu", text(pool, *variant.gpu)});
    }
    if (variant.precision) {
        const ConfigNode& service = *pool.find("service");
        pool = with_member(
            pool, {"service", with_member(service, {"precision", text(service, *variant.precision)})});
    }
    return pool;
}

}  // namespace

const ConfigNode& worker_pool(const Scenario& scenario, const std::optional<std::string>& name) {
    std::vector<std::string> names;
    for (const ConfigNode& pool : scenario.pools) {
        if (!is_workers(pool))
            continue;
        names.push_back(name_of(pool));
        if (!name || names.back() == *name)
            return pool;
    }
    if (names.empty())
        throw InputError(scenario.where, "has no pool of workers", "an api has no workers to measure");
    throw unknown_name("--worker", "pool of workers", *name, {names.begin(), names.end()});
}

Scenario one_worker(const Scenario& scenario, const ConfigNode& pool, const WorkerVariant& variant) {
    if (scenario.flows)
        throw InputError(scenario.flows->where(), "requests of several stages have no one worker",
                         "write the stage's own token lengths as the traffic of a scenario without flows");
    Scenario one = scenario;
    one.pools = {always_on(varied(pool, scenario, variant))};
    one.rollouts.clear();
    one.policy.reset();
    one.route.reset();
    one.figures.clear();
    const std::string& where = scenario.where;
    one.traffic = ConfigNode::list(
        where, {ConfigNode::object(where, {{"source", ConfigNode::text(where, "poisson")},
                                           {"class", ConfigNode::text(where, scenario.class_names().front())},
                                           {"rate", ConfigNode::text(where, "1/s")},
                                           {"duration", ConfigNode::text(where, "1s")}})});
    return one;
}

std::vector<WorkerVariant> worker_variants(const ConfigNode& pool, const std::vector<std::string>& gpus,
                                           const std::vector<std::string>& precisions) {
    if (!gpus.empty() || !precisions.empty()) {
        const std::string option = gpus.empty() ? "--precisions" : "--gpus";
        if (!serves_llm(pool))
            throw InputError(option, "the pool's service takes as long on any GPU in any precision",
                             R"(it goes with the service "llm")");
    }
    for (const std::string& gpu : gpus) static_cast<void>(find_gpu(gpu, "--gpus"));
    for (const std::string& precision : precisions) check_precision(precision);
    std::vector<WorkerVariant> variants;
    for (std::size_t i = 0; i < std::max<std::size_t>(1, gpus.size()); ++i) {
        for (std::size_t j = 0; j < std::max<std::size_t>(1, precisions.size()); ++j) {
            WorkerVariant& one = variants.emplace_back();
            if (!gpus.empty())
                one.gpu = gpus[i];
            if (!precisions.empty())
                one.precision = precisions[j];
        }
    }
    return variants;
}

}  // namespace spillway
