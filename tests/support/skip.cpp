#include "tests/support/skip.hpp"

#include <atomic>
#include <iostream>

namespace spillway::tests {
namespace {

std::atomic<int>& counter() {
    static std::atomic<int> skipped{0};
    return skipped;
}

}  // namespace

void note_skip(std::string_view reason) {
    ++counter();
    std::cout << "SKIPPED: " << reason << std::endl;
}

int skip_count() { return counter(); }

}  // namespace spillway::tests
