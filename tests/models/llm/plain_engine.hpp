#pragma once

#include <chrono>
#include <vector>

#include "tests/models/llm/engine_world.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {

/// Every iteration takes 10 ms, and 1 ms more for each prompt token.
inline StepTables plain_tables() {
    StepTables tables;
    tables.tokens.assign(101, Ticks{0});
    tables.head.assign(101, Ticks{0});
    tables.attention.assign(9, {KvLine{}});
    tables.prefill_context.assign(20, Ticks{0});
    tables.serial_step = to_ticks(Duration{std::chrono::milliseconds{10}});
    tables.serial_token = to_ticks(Duration{std::chrono::milliseconds{1}});
    return tables;
}

inline EngineSetup plain_setup() {
    EngineRules rules;
    rules.max_sequences = 8;
    rules.max_batched_tokens = 100;
    rules.kv_blocks = 100;
    rules.max_context = 1000;
    return {rules, StepTime(plain_tables()), {1, 0}};
}

inline WorkItem item(Duration at, std::uint32_t input, std::uint32_t output) {
    WorkItem made;
    made.at = SimTime{at};
    made.input = input;
    made.output = output;
    return made;
}

/// Of both engines, which must agree.
inline EngineLog run_both(const EngineSetup& setup, const std::vector<WorkItem>& items) {
    EngineLog log = run_batch(setup, items);
    REQUIRE(run_reference(setup, items).difference(log) == "");
    return log;
}

inline const EngineLog::End& end_of(const EngineLog& log, std::uint32_t request) {
    for (const EngineLog::End& end : log.ends) {
        if (end.request == request)
            return end;
    }
    FAIL("request " << request << " did not end");
    return log.ends.front();
}

}  // namespace spillway::tests
