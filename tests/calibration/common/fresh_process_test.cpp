#include "calibration/common/fresh_process.hpp"

#include "calibration/common/probe.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {

TEST_CASE("a fresh process gives its output and how long it was there", "[calibration][fresh_process]") {
    const EndedProcess ended =
        run_fresh({"/bin/sh", "-c", "echo 0.25; echo aside >&2; sleep 0.05; echo 1.5"});
    REQUIRE(ended.output == "0.25\n1.5\n");
    REQUIRE(ended.seconds >= 0.05);
    REQUIRE(printed_seconds(ended) == 1.5);
}

TEST_CASE("long output does not make a process wait for its reader", "[calibration][fresh_process]") {
    const EndedProcess ended =
        run_fresh({"/bin/sh", "-c", "head -c 300000 /dev/zero >&2; head -c 300000 /dev/zero"});
    REQUIRE(ended.output.size() == 300000);
}

TEST_CASE("a process that fails is told of in its own words", "[calibration][fresh_process]") {
    REQUIRE_THROWS_WITH(run_fresh({"/bin/sh", "-c", "echo 'no device' >&2; exit 3"}),
                        contains_text("no device"));
    REQUIRE_THROWS_AS(run_fresh({"/bin/sh", "-c", "kill -9 $$"}), MeasureError);
}

TEST_CASE("a program that is not there cannot be started", "[calibration][fresh_process]") {
    REQUIRE_THROWS_WITH(run_fresh({"/nowhere/at/all"}), contains_text("/nowhere/at/all cannot be started"));
}

TEST_CASE("what is no number of seconds is refused", "[calibration][fresh_process]") {
    for (const char* output : {"", "\n", "fast\n", "1.5 s\n", "-1\n", "0\n", "inf\n", "nan\n"}) {
        EndedProcess ended;
        ended.output = output;
        CAPTURE(output);
        REQUIRE_THROWS_AS(printed_seconds(ended), MeasureError);
    }
}

}  // namespace spillway::tests
