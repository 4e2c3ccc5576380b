#include "sim/core/slot_table.hpp"

#include <set>

#include "tests/support/catch.hpp"

using namespace spillway;

TEST_CASE("slots in use are distinct", "[core][slot_table]") {
    SlotTable<int> table;
    std::set<std::uint32_t> slots;
    for (int i = 0; i < 1000; ++i) slots.insert(table.allocate());
    REQUIRE(slots.size() == 1000);
    REQUIRE(*slots.rbegin() < table.size());
}

TEST_CASE("the slot released last is given out next, as it was left", "[core][slot_table]") {
    SlotTable<int> table;
    const std::uint32_t slot = table.allocate();
    table.allocate();
    table[slot] = 42;
    table.release(slot);
    REQUIRE(table.allocate() == slot);
    REQUIRE(table[slot] == 42);
}

TEST_CASE("an object stays where it is while the table grows", "[core][slot_table]") {
    SlotTable<int> table;
    const std::uint32_t slot = table.allocate();
    int* const address = &table[slot];
    for (int i = 0; i < 10'000; ++i) table.allocate();
    REQUIRE(&table[slot] == address);
}

TEST_CASE("a table grows with what is in use at once, not with how much passed", "[core][slot_table]") {
    SlotTable<int> table;
    for (int i = 0; i < 100'000; ++i) table.release(table.allocate());
    const std::uint32_t size = table.size();
    REQUIRE(size <= 64);
}
