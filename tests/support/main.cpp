// The main() that all test programs share: Catch is compiled once, and a skipped case shows in ctest.
#define CATCH_CONFIG_RUNNER
#if __has_include(<catch2/catch_session.hpp>)
#include <catch2/catch_session.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <cstdlib>

#include "tests/support/skip.hpp"

int main(int argc, char** argv) {
    // RapidCheck draws a new seed for every process unless told otherwise; a test that fails must fail again.
    setenv("RC_PARAMS", "seed=20231116", 0);
    const int status = Catch::Session().run(argc, argv);
    if (status == 0 && spillway::tests::skip_count() > 0) {
        return spillway::tests::kSkipStatus;
    }
    return status;
}
