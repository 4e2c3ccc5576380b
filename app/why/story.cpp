#include "app/why/story.hpp"

#include <algorithm>

namespace spillway {

Duration RequestStory::until_ordered() const {
    if (!start)
        return Duration::zero();
    return std::clamp(start->ordered - entered, Duration::zero(), wait());
}

std::optional<Duration> RequestStory::wait_at_once() const {
    if (!start || !start->decision || !start->decision->lag)
        return std::nullopt;
    return std::max(Duration::zero(), wait() - start->decision->lag->total());
}

}  // namespace spillway
