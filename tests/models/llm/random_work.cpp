#include "tests/models/llm/random_work.hpp"

#include <algorithm>
#include <random>

namespace spillway::tests {

RandomWork random_work(std::uint64_t seed, std::size_t requests) {
    std::mt19937_64 random(seed);
    // Not std::uniform_int_distribution: its draws differ between libraries.
    const auto draw = [&random](std::uint64_t low, std::uint64_t high) {
        return low + random() % (high - low + 1);
    };
    EngineRules rules;
    rules.prefill = static_cast<PrefillMode>(draw(0, 2));
    rules.kv = draw(0, 3) == 0 ? KvPolicy::kReserved : KvPolicy::kOnDemand;
    rules.order = static_cast<QueueOrder>(draw(0, 2));
    rules.victim = static_cast<Victim>(draw(0, 1));
    rules.max_sequences = static_cast<std::uint32_t>(draw(1, 40));
    rules.max_batched_tokens = static_cast<std::uint32_t>(draw(0, 1) == 0 ? draw(40, 300) : 2048);
    rules.block_tokens = 16;
    const std::uint32_t longest = static_cast<std::uint32_t>(draw(20, 600));
    const std::uint32_t outputs = static_cast<std::uint32_t>(draw(1, 300));
    rules.max_context = longest + outputs;
    const std::uint64_t least = rules.blocks_for(rules.max_context);
    rules.kv_blocks = draw(0, 1) == 0 ? draw(least, 3 * least) : draw(least, 60 * least);
    rules.default_max_tokens = draw(0, 1) == 0 ? 0 : outputs;
    rules.admission_reserve = draw(0, 3) == 0 ? 0.3 : 0;
    rules.reserve_tokens = draw(0, 1) == 0 ? 0 : static_cast<std::uint32_t>(draw(1, 64));
    rules.overlapped = draw(0, 2) == 0;
    rules.wait_iterations = static_cast<std::uint32_t>(draw(0, 3) == 0 ? draw(1, 30) : 0);
    rules.wait_share = 0.8;
    rules.prefix_cache = draw(0, 1) == 0;
    rules.prefix_unit = draw(0, 1) == 0 ? 16 : 64;
    rules.block_units = static_cast<std::uint32_t>(draw(0, 2) == 0 ? draw(2, 5) : 1);
    rules.request_overhead = Duration{static_cast<std::int64_t>(draw(0, 1) * draw(0, 20'000'000))};
    rules.front_time = Duration{static_cast<std::int64_t>(draw(0, 1) * draw(0, 2'000'000))};
    rules.front_token_time = Duration{static_cast<std::int64_t>(draw(0, 1) * draw(0, 40'000))};
    rules.shared_prefix = draw(0, 3) == 0 ? 0.4 : 0;
    if (draw(0, 1) == 0) {
        // From much faster than an engine to much slower.
        rules.send_time = Duration{static_cast<std::int64_t>(draw(0, 1) * draw(0, 8'000'000))};
        const std::uint64_t slowest = std::uint64_t{2'000'000} << draw(0, 6);
        const Ticks read = Ticks{draw(0, slowest)} * (Ticks{1} << kTickBits) + Ticks{draw(1, 0xffffffff)};
        rules.read_period = std::max(to_ticks(rules.send_time), read);
    }
    const bool some_stream = draw(0, 3) == 0;
    RandomWork work{
        {rules,
         StepTime(some_tables(rules.max_sequences, rules.max_batched_tokens, rules.max_context + 64)),
         {2, 0, 1},
         some_stream ? std::vector{true, false} : std::vector<bool>{}},
        {}};
    const std::uint64_t mean_gap = draw(1, 100) * 1'000'000;
    const bool leaves = draw(0, 2) == 0;
    const bool on_grid = draw(0, 4) == 0;
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < requests; ++i) {
        WorkItem item;
        at += draw(0, 3) == 0 ? 0 : draw(0, 2 * mean_gap);
        item.at = SimTime{Duration{static_cast<std::int64_t>(on_grid ? at / 50'000'000 * 50'000'000 : at)}};
        item.input = static_cast<std::uint32_t>(draw(0, longest + (draw(0, 50) == 0 ? 50 : 0)));
        item.output = static_cast<std::uint32_t>(draw(0, outputs));
        item.max_tokens = draw(0, 2) == 0 ? static_cast<std::uint32_t>(draw(1, outputs)) : 0;
        item.class_number = static_cast<std::uint32_t>(draw(0, 2));
        const std::uint64_t family = draw(0, 5);
        const std::uint64_t block_tokens = std::uint64_t{rules.prefix_unit} * rules.block_units;
        const std::uint64_t shared = draw(0, item.input / block_tokens + 1);
        const bool without_ids = rules.shared_prefix > 0 && draw(0, 1) == 0;
        for (std::uint64_t block = 0; !without_ids && block * block_tokens < item.input; ++block)
            item.prefix_ids.push_back(block < shared ? family * 1'000'000 + block
                                                     : (i + 10) * 1'000'000 + block);
        if (leaves && draw(0, 4) == 0)
            item.leaves_after = Duration{static_cast<std::int64_t>(draw(0, 3'000'000'000))};
        work.items.push_back(std::move(item));
    }
    return work;
}

}  // namespace spillway::tests
