#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include <ucontext.h>

namespace spillway::tests {

/// Runs the threads of one block on the CPU, each on a stack of its own, one after the other: a thread runs
/// until it waits for others. Correctness only; it says nothing about time. Owned by one test.
class HostBlock {
public:
    HostBlock(int threads, std::size_t shared_bytes);
    HostBlock(const HostBlock&) = delete;
    HostBlock& operator=(const HostBlock&) = delete;

    int count() const noexcept { return static_cast<int>(fibers_.size()); }
    void* shared() noexcept { return shared_.data(); }

    /// Runs `body(index)` in every thread. Throws std::logic_error when some wait for threads that have ended
    /// or that wait elsewhere: the barrier that hangs a device.
    void run(const std::function<void(int index)>& body);

    /// Meeting 0 is of the whole block, meeting 1 + w of warp w. Returns once all `members` have come. Called
    /// from a body.
    void meet(int index, int meeting, int members);
    /// How often that meeting has taken place.
    unsigned times_met(int meeting) const { return meetings_.at(static_cast<std::size_t>(meeting)).times; }

private:
    struct Fiber {
        ucontext_t context{};
        std::unique_ptr<std::byte[]> stack;  // not filled: zeroing it would take longer than most kernels
        bool ended = false;
    };
    struct Meeting {
        int arrived = 0;
        unsigned times = 0;
    };
    struct alignas(16) Line {
        std::byte bytes[16];
    };

    static void enter(unsigned low, unsigned high, int index);
    void resume(Fiber& fiber);

    std::vector<std::unique_ptr<Fiber>> fibers_;  // contexts must not move
    std::vector<Meeting> meetings_;
    std::vector<Line> shared_;
    ucontext_t scheduler_{};
    std::function<void(int)> body_;
    std::size_t steps_ = 0;  // arrivals and ends: a round without any will never have one
};

}  // namespace spillway::tests
