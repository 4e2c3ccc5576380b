#include "models/llm/kv_memory.hpp"

#include "tests/support/catch.hpp"

using namespace spillway;

namespace {

using Ids = std::vector<std::uint64_t>;

EngineRules ten_blocks() {
    EngineRules rules;
    rules.kv_blocks = 10;
    rules.block_tokens = 16;
    rules.prefix_unit = 16;
    rules.prefix_cache = true;
    return rules;
}

}  // namespace

TEST_CASE("a prefix stays after its sequence, is found by the next and evicted for room",
          "[llm][kv_memory]") {
    const EngineRules rules = ten_blocks();
    KvMemory memory(rules);
    const Ids ids{1, 2, 3};
    KvHolding first;
    REQUIRE(memory.match(ids, 50) == 0);
    REQUIRE(memory.admit(ids, 0, 4, first));
    memory.publish(ids, 50, first);
    CHECK(first.shared == 3);
    CHECK(first.own == 1);
    CHECK(memory.in_use() == 4);
    memory.release(ids, first);
    CHECK(memory.in_use() == 0);
    // Its last block, which nobody can find, stays too until it is overwritten.
    CHECK(memory.cached() == 4);

    KvHolding second;
    REQUIRE(memory.match(ids, 50) == 3);
    REQUIRE(memory.admit(ids, 3, 1, second));
    CHECK(memory.cached() == 1);
    CHECK(memory.in_use() == 4);
    memory.release(ids, second);

    REQUIRE(memory.take(9));
    CHECK(memory.cached() == 1);
    // The head of a prefix goes last: without it the rest is worth nothing.
    CHECK(memory.match(ids, 50) == 1);
}

TEST_CASE("a prompt that is cached as a whole computes its last block again", "[llm][kv_memory]") {
    const EngineRules rules = ten_blocks();
    KvMemory memory(rules);
    const Ids ids{1, 2};
    KvHolding holding;
    REQUIRE(memory.admit(ids, 0, 2, holding));
    memory.publish(ids, 32, holding);
    CHECK(memory.match(ids, 32) == 1);
    CHECK(memory.match(ids, 33) == 2);
}

TEST_CASE("an admission that does not fit changes nothing", "[llm][kv_memory]") {
    const EngineRules rules = ten_blocks();
    KvMemory memory(rules);
    const Ids ids{1, 2};
    KvHolding holding;
    REQUIRE(memory.admit(ids, 0, 2, holding));
    memory.publish(ids, 32, holding);
    memory.release(ids, holding);
    KvHolding large;
    // Eight are free and two evictable, but the two are what it wants to keep.
    CHECK_FALSE(memory.admit(ids, 2, 9, large));
    CHECK(memory.cached() == 2);
    CHECK(memory.free() == 8);
    CHECK(memory.admit(ids, 2, 8, large));
}

TEST_CASE("two sequences that compute one prefix at a time keep a copy each", "[llm][kv_memory]") {
    const EngineRules rules = ten_blocks();
    KvMemory memory(rules);
    const Ids ids{1, 2};
    KvHolding first;
    KvHolding second;
    REQUIRE(memory.admit(ids, 0, 2, first));
    REQUIRE(memory.admit(ids, 0, 2, second));
    memory.publish(ids, 32, first);
    memory.publish(ids, 32, second);
    CHECK(second.shared == 0);
    CHECK(memory.in_use() == 4);
    memory.release(ids, second);
    CHECK(memory.in_use() == 2);
    CHECK(memory.cached() == 2);
}

TEST_CASE("answers of ended sequences age the prefixes that were used before them", "[llm][kv_memory]") {
    const EngineRules rules = ten_blocks();
    KvMemory memory(rules);
    const Ids old{1, 2};
    KvHolding holding;
    REQUIRE(memory.admit(old, 0, 2, holding));
    memory.publish(old, 32, holding);
    memory.release(old, holding);
    // Eight blocks of answers later, the prefix is the oldest that is left.
    KvHolding answer;
    for (int i = 0; i < 2; ++i) {
        REQUIRE(memory.admit({}, 0, 4, answer));
        memory.release({}, answer);
    }
    CHECK(memory.free() == 0);
    CHECK(memory.cached() == 10);
    REQUIRE(memory.take(1));
    CHECK(memory.match(old, 40) == 1);
    REQUIRE(memory.take(1));
    CHECK(memory.match(old, 40) == 0);
    // Of what came later, no more than is needed is overwritten.
    REQUIRE(memory.take(3));
    CHECK(memory.cached() == 5);
    CHECK(memory.in_use() == 5);
}

TEST_CASE("without a prefix in memory nothing stays behind", "[llm][kv_memory]") {
    const EngineRules rules = ten_blocks();
    KvMemory memory(rules);
    KvHolding holding;
    REQUIRE(memory.admit({}, 0, 4, holding));
    memory.release({}, holding);
    CHECK(memory.free() == 10);
}
