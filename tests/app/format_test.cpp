#include "app/report/format.hpp"

#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

TEST_CASE("one of a thing is singular, none and several are plural", "[app][format]") {
    CHECK(show_counted(0, "request") == "0 requests");
    CHECK(show_counted(1, "request") == "1 request");
    CHECK(show_counted(19'366, "request") == "19,366 requests");
}

}  // namespace
}  // namespace spillway::tests
