#include "app/io/csv_rows.hpp"

#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

using Cells = std::vector<std::string>;

}  // namespace

TEST_CASE("cells in quotes hold commas, line ends and doubled quotes", "[app][csv]") {
    const auto rows = read_csv_rows("a,b,c\r\n1,\"x,\"\"y\"\"\nz\",3\r\n\n\"\",,5", "t.csv");
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].cells == Cells{"a", "b", "c"});
    CHECK(rows[1].cells == Cells{"1", "x,\"y\"\nz", "3"});
    CHECK(rows[2].cells == Cells{"", "", "5"});
    CHECK(rows[1].line == 2);
    CHECK(rows[2].line == 5);  // the cell above reaches over a line, and a blank one follows
}

TEST_CASE("a byte-order mark, an empty last cell and no rows at all are understood", "[app][csv]") {
    CHECK(read_csv_rows("\xEF\xBB\xBF"
                        "a,b\n1,\n",
                        "t.csv")
              .at(1)
              .cells == Cells{"1", ""});
    CHECK(read_csv_rows("", "t.csv").empty());
    CHECK(read_csv_rows("\n\n", "t.csv").empty());
}

TEST_CASE("a malformed line is refused with its number", "[app][csv]") {
    CHECK_THROWS_WITH(read_csv_rows("a,b\n1,2\n1,2,3\n", "t.csv"),
                      contains_text("t.csv:3: has 3 cells, and the header has 2"));
    CHECK_THROWS_WITH(read_csv_rows("a,b\n1,\"x\n\n", "t.csv"),
                      contains_text("t.csv:2: a quote is not closed"));
    CHECK_THROWS_WITH(read_csv_rows("a,b\n1,x\"y\n", "t.csv"),
                      contains_text("t.csv:2: a quote stands inside"));
    CHECK_THROWS_WITH(read_csv_rows("a,b\n\"1\"x,2\n", "t.csv"),
                      contains_text("t.csv:2: text stands behind"));
}
