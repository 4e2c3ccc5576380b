#include <array>

#include <fmt/format.h>

#include "app/advise/saving.hpp"
#include "app/advise/scenario_edit.hpp"
#include "app/scenario/overlay_node.hpp"

namespace spillway {
namespace {

constexpr std::array kSlotFactors{0.5, 1.5, 2.0, 4.0};
constexpr std::array<std::int64_t, 4> kSlotCounts{16, 32, 64, 128};

void add_slots(const AdviceGround& ground, const AdvisedPool& pool, std::vector<SavingTry>& tries) {
    const ConfigNode& own = ground.root().find("pools")->items()[pool.number];
    const std::int64_t present = count_at(pool.whole, "concurrency", 0);
    std::vector<std::int64_t> counts(kSlotCounts.begin(), kSlotCounts.end());
    if (present > 0) {
        counts.clear();
        for (const double factor : kSlotFactors)
            counts.push_back(static_cast<std::int64_t>(static_cast<double>(present) * factor));
    }
    for (const std::int64_t count : counts) {
        if (count < 1 || count == present)
            continue;
        tries.push_back(
            {fmt::format("{}{} -> {}", ground.prefix(pool),
                         present > 0 ? std::to_string(present) : "the engine's own", count),
             with_pool(ground.root(), pool.number, with_member(own, {"concurrency", advised_count(count)}))});
    }
}

}  // namespace

SavingProposal propose_concurrency(const AdviceGround& ground) {
    SavingProposal proposal;
    bool batches = false;
    for (const AdvisedPool* pool : ground.workers()) {
        batches = batches || pool->service() == "micro-batch";
        if (pool->service() == "llm" || pool->service() == "learned")
            add_slots(ground, *pool, proposal.tries);
    }
    if (proposal.tries.empty())
        proposal.why_not =
            batches ? "requests share a worker in batches: see micro-batching"
                    : "the service takes as long however many run beside each other, so that more would be "
                      "free: serve by \"llm\", or learn an engine from measurements (`spillway learn`)";
    return proposal;
}

}  // namespace spillway
