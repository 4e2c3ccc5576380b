// A run holds what is in flight and what it counts, never what has passed.
#include <cstdint>
#include <string>

#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

constexpr std::int64_t kMebibyte = std::int64_t{1} << 20;

/// `source` as JSON members of a source, served by four workers that are busy 80% of the time.
std::string four_workers(const std::string& source) {
    return R"({"warm_up": "0s", "traffic": [{)" + source +
           R"(}], "pools": [{"name": "gpu", "workers": {"max": 4},
        "policy": {"name": "fixed", "workers": 4}, "price": "$2/h",
        "service": {"model": "fixed", "time": {"exponential": {"mean": "1s"}}}}]})";
}

std::int64_t peak_of(const User& user, const std::string& arguments) {
    const ProcessResult result = user.runs(arguments);
    INFO(result.err);
    REQUIRE(result.status == 0);
    return result.peak_bytes;
}

TEST_CASE("forty times the traffic takes the same memory, below 32 MiB", "[cli][memory]") {
    const User user;
    const auto peak = [&user](int requests) {
        user.writes("run.json", four_workers(R"("source": "poisson", "rate": "3.2/s", "count": )" +
                                             std::to_string(requests)));
        return peak_of(user, "run run.json --requests /dev/null");
    };
    const std::int64_t few = peak(100'000);
    const std::int64_t many = peak(4'000'000);
    INFO(few << " and " << many << " bytes");
    CHECK(many < 32 * kMebibyte);
    CHECK(many - few < kMebibyte);
}

TEST_CASE("a trace file is read as it passes", "[cli][memory]") {
    const User user;
    user.writes("source.json", R"({"source": "poisson", "rate": "3.2/s", "count": 1000000})");
    REQUIRE(user.runs("trace generate source.json --output trace.csv").status == 0);
    user.writes("run.json", four_workers(R"("source": "csv", "file": "trace.csv")"));
    CHECK(peak_of(user, "run run.json") < 32 * kMebibyte);
    CHECK(peak_of(user, "trace inspect trace.csv") < 32 * kMebibyte);
}

}  // namespace
}  // namespace spillway::tests
