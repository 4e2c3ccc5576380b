#include "app/report/table.hpp"

#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

TEST_CASE("text stands to the left of its column, figures to the right", "[app][table]") {
    TextTable table({"pool", "policy", "µs"}, {0, 1});
    table.add({"a", "scale-to-zero", "1"});
    table.add({"long name", "fixed", "100"});
    CHECK(table.text() ==
          "  pool       policy          µs\n"
          "  a          scale-to-zero    1\n"
          "  long name  fixed          100\n");
}

TEST_CASE("a line of a table ends where its last cell does", "[app][table]") {
    TextTable table({"a", "b"});
    table.add({"x"});
    CHECK(table.text() == "  a  b\n  x\n");
}

}  // namespace
}  // namespace spillway::tests
