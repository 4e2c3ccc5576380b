#pragma once
#include <string_view>

namespace spillway::tests {

/// Exit status by which ctest reports an entry as skipped.
inline constexpr int kSkipStatus = 77;

/// Prints "SKIPPED: <reason>" and remembers that something was skipped. Use SPILLWAY_SKIP.
void note_skip(std::string_view reason);

/// How many cases of this process were skipped.
int skip_count();

}  // namespace spillway::tests

/// Leaves the test case, loudly: the ctest entry counts as skipped unless another case of it fails.
#define SPILLWAY_SKIP(reason)                 \
    do {                                      \
        ::spillway::tests::note_skip(reason); \
        return;                               \
    } while (false)
