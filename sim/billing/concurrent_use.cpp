#include "sim/billing/concurrent_use.hpp"

#include <algorithm>
#include <cstddef>

namespace spillway {

void ConcurrentUse::add(SimTime begin, SimTime end) {
    changes_.push_back({begin, 1});
    changes_.push_back({end, -1});
}

std::vector<Int128> ConcurrentUse::between(const std::vector<int>& limits) const {
    std::vector<Change> changes = changes_;
    std::ranges::sort(changes, {}, &Change::at);
    std::vector<Int128> times(limits.size());
    int at_once = 0;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (i > 0) {
            const Int128 passed = (changes[i].at - changes[i - 1].at).count();
            int below = 0;
            for (std::size_t k = 0; k < limits.size(); ++k) {
                const int upto = std::min(limits[k], at_once);
                times[k] += passed * (upto - below);
                below = upto;
            }
        }
        at_once += changes[i].by;
    }
    return times;
}

}  // namespace spillway
