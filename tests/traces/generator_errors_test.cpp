#include "tests/support/catch.hpp"
#include "tests/traces/source_rig.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

TEST_CASE("generators without an end or with an impossible parameter are refused", "[traces][gen]") {
    require_refused(R"({"source": "poisson", "rate": "1/s"})", "source", "never ends");
    require_refused(R"({"source": "gamma", "rate": "1/s", "cv": 2})", "source", "never ends");
    require_refused(R"({"source": "sessions", "rate": "1/s", "turns": 2, "think_time": "1s"})", "source",
                    "never ends");
    require_refused(R"({"source": "closed-loop", "clients": 2})", "source", "never ends");
    require_refused(R"({"source": "rate-series", "steps": [{"from": "0s", "rate": "1/s"}]})", "source",
                    "never ends");
    require_refused(R"({"source": "poisson", "rate": "0/s"})", ".rate", "", 1h);
    require_refused(R"({"source": "poisson", "rate": "-1/s"})", ".rate", "", 1h);
    require_refused(R"({"source": "poisson", "rate": 5})", ".rate", "", 1h);
    require_refused(R"({"source": "poisson", "rate": "1/s", "duration": "-5s"})", ".duration", "", 1h);
    require_refused(R"({"source": "poisson", "rate": "1/s", "input_tokens": -4})", ".input_tokens", "", 1h);
    require_refused(R"({"source": "poisson", "rate": "1/s", "max_tokens": 5000000000})", ".max_tokens",
                    "more", 1h);
    require_refused(R"({"source": "gamma", "rate": "1/s", "cv": 0})", ".cv", "above 0", 1h);
    require_refused(R"({"source": "closed-loop", "clients": 0})", ".clients", "from 1", 1h);
    require_refused(R"({"source": "mmpp", "states": [{"rate": "1/s", "mean_sojourn": "1s"}]})", ".states",
                    "two states", 1h);
    require_refused(R"({"source": "mmpp", "states": [{"rate": "0/s", "mean_sojourn": "1s"},
                                                     {"rate": "0/s", "mean_sojourn": "1s"}]})",
                    ".states", "no state", 1h);
    require_refused(R"({"source": "mmpp", "states": [{"rate": "1/s", "mean_sojourn": "0s"},
                                                     {"rate": "0/s", "mean_sojourn": "1s"}]})",
                    ".states[0].mean_sojourn", "above 0", 1h);
    require_refused(R"({"source": "rate-series", "steps": [{"from": "5s", "rate": "1/s"},
                                                           {"from": "5s", "rate": "2/s"}]})",
                    ".steps[1]", "after the step before", 1h);
    require_refused(R"({"source": "rate-series"})", "source", "either", 1h);
    require_refused(R"({"source": "poison", "rate": "1/s"})", ".source", "poison", 1h);
}

}  // namespace
}  // namespace spillway::tests
