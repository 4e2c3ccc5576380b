#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "app/advise/saving.hpp"
#include "app/advise/scenario_edit.hpp"
#include "app/scenario/overlay_node.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

constexpr std::array<std::string_view, 4> kBatchWindows{"0s", "100ms", "500ms", "2s"};

std::int64_t largest_batch(const ConfigNode& service) {
    std::int64_t largest = 0;
    const ConfigNode* times = service.find("times");
    if (times == nullptr || times->kind() != ConfigNode::Kind::kObject)
        return largest;
    for (const auto& [size, time] : times->members())
        largest = std::max(largest, parse_integer(size).value_or(0));
    return largest;
}

void add_batches(const AdviceGround& ground, const AdvisedPool& pool, std::vector<SavingTry>& tries) {
    const ConfigNode& service = *pool.whole.find("service");
    const std::int64_t largest = largest_batch(service);
    const std::int64_t present = count_at(service, "max_batch", largest);
    const ConfigNode& own = ground.root().find("pools")->items()[pool.number];
    for (std::int64_t size = 1; size <= largest; size *= 2) {
        for (const std::string_view window : kBatchWindows) {
            const bool same_window =
                parse_duration(text_at(service, "window", "0s")) == parse_duration(window);
            if ((size == present && same_window) || (size == 1 && window != kBatchWindows.front()))
                continue;
            ConfigNode changed = with_member(service, {"max_batch", advised_count(size)});
            changed = with_member(changed, {"window", advised_text(std::string(window))});
            ConfigNode other = with_member(own, {"service", std::move(changed)});
            other = with_member(other, {"concurrency", advised_count(2 * size)});
            tries.push_back(
                {fmt::format("{}batches of {} -> {}, window {}", ground.prefix(pool), present, size, window),
                 with_pool(ground.root(), pool.number, std::move(other))});
        }
    }
}

}  // namespace

SavingProposal propose_micro_batching(const AdviceGround& ground) {
    SavingProposal proposal;
    bool tokens = false;
    for (const AdvisedPool* pool : ground.workers()) {
        tokens = tokens || pool->service() == "llm" || pool->service() == "learned";
        if (pool->service() == "micro-batch")
            add_batches(ground, *pool, proposal.tries);
    }
    if (proposal.tries.empty())
        proposal.why_not =
            tokens ? "language models are batched token by token by their engine: see concurrency"
                   : "nothing says how long a batch takes: measure it, and write \"service\": {\"model\": "
                     "\"micro-batch\", \"times\": {\"1\": \"800ms\", \"4\": \"1.4s\"}}";
    return proposal;
}

}  // namespace spillway
