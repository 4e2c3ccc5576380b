#include "app/advise/savings/lighter_models.hpp"

#include <algorithm>

#include "app/advise/scenario_edit.hpp"
#include "app/scenario/overlay_node.hpp"
#include "models/llm/llm_catalog.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

/// "Llama-3.1-" of "Llama-3.1-70B": what comes before the size.
std::string_view family_of(std::string_view name) {
    const std::size_t dash = name.rfind('-');
    if (dash == std::string_view::npos || !name.ends_with('B') ||
        !parse_number(name.substr(dash + 1, name.size() - dash - 2)))
        return {};
    return name.substr(0, dash + 1);
}

}  // namespace

std::vector<std::string> smaller_siblings(const std::string& name) {
    const LlmSpec* own = known_llm(name);
    std::vector<const LlmSpec*> found;
    if (own == nullptr || family_of(own->name).empty())
        return {};
    for (const LlmSpec& other : llm_catalog()) {
        if (!other.sizes && family_of(other.name) == family_of(own->name) &&
            other.parameters() < own->parameters())
            found.push_back(&other);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const LlmSpec* a, const LlmSpec* b) { return a->parameters() > b->parameters(); });
    std::vector<std::string> names;
    names.reserve(found.size());
    for (const LlmSpec* one : found) names.push_back(one->name);
    return names;
}

std::int64_t gpus_per_worker(const AdvisedPool& pool) {
    const ConfigNode* gpus = find_below(pool.whole, "gpus", "per_worker");
    return gpus != nullptr ? gpus->as_integer() : 1;
}

std::vector<std::int64_t> fewer_gpus(const AdvisedPool& pool) {
    const std::int64_t present = gpus_per_worker(pool);
    std::vector<std::int64_t> counts{present};
    // Instances that hold several workers are bought as they are.
    if (find_below(pool.whole, "gpus", "per_instance") != nullptr ||
        find_below(pool.whole, "service", "tensor_parallel") != nullptr)
        return counts;
    while (counts.back() > 1 && counts.back() % 2 == 0) counts.push_back(counts.back() / 2);
    return counts;
}

ConfigNode with_gpus(const ConfigNode& pool, std::int64_t count) {
    return with_below(pool, "gpus", "per_worker", advised_count(count));
}

std::string gpus_words(const AdvisedPool& pool, std::int64_t count) {
    return count == gpus_per_worker(pool) ? std::string{}
                                          : " on " + std::to_string(count) + (count == 1 ? " GPU" : " GPUs");
}

}  // namespace spillway
