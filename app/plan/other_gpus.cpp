#include "app/plan/other_gpus.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/capacity/other_gpu_price.hpp"
#include "app/scenario/overlay_node.hpp"
#include "app/scenario/platform.hpp"
#include "app/scenario/scenario_prices.hpp"
#include "models/catalog/gpus.hpp"
#include "models/gpu_profile/profile_catalog.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr const char* kGpusOption = "--gpus";

bool depends_on_gpu(const ConfigNode& pool) {
    const ConfigNode* service = pool.find("service");
    const ConfigNode* model = service == nullptr ? nullptr : service->find("model");
    return pool.find("gpu") != nullptr && model != nullptr && model->as_text() == "llm";
}

bool is_sold(const ConfigNode& pool, const PriceBook& book) {
    if (pool.find("price") != nullptr)
        return true;
    if (pool.find("platform") == nullptr)
        return false;
    try {
        return expand_platform(pool, book).find("price") != nullptr;
    } catch (const InputError&) {
        return false;  // the platform has no such GPU, or not in such workers
    }
}

std::vector<std::string> gpus_with_kernels() {
    const std::vector<std::string_view> names = gpu_profile_names();
    return {names.begin(), names.end()};
}

}  // namespace

std::vector<NamedPool> on_other_gpus(const ConfigNode& pool, const Scenario& scenario,
                                     const std::vector<std::string>& gpus) {
    for (const std::string& gpu : gpus) static_cast<void>(find_gpu(gpu, kGpusOption));
    std::vector<NamedPool> others;
    if (!depends_on_gpu(pool))
        return others;
    const PriceBook book = scenario_prices(scenario);
    for (const std::string& gpu : gpus.empty() ? gpus_with_kernels() : gpus) {
        const bool again = std::any_of(others.begin(), others.end(), [&](const NamedPool& one) {
            return one.node.find("gpu")->as_text() == gpu;
        });
        if (pool.find("gpu")->as_text() == gpu || again)
            continue;
        ConfigNode moved =
            with_member(priced_for(pool, scenario, gpu), {"gpu", ConfigNode::text(pool.where(), gpu)});
        if (!is_sold(moved, book))
            continue;
        NamedPool& other = others.emplace_back(named_pool(std::move(moved)));
        other.label += fmt::format(" on {}", gpu);
    }
    return others;
}

}  // namespace spillway
