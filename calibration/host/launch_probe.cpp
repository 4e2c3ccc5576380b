#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "calibration/common/stopwatch.hpp"
#include "calibration/host/host_probes.hpp"

namespace spillway {
namespace {

/// A thread that sleeps until a task is handed over, and tells when it has done it.
class TaskThread {
public:
    TaskThread() : thread_([this] { serve(); }) {}
    ~TaskThread() {
        ended_ = true;
        hand_over();
    }
    TaskThread(const TaskThread&) = delete;
    TaskThread& operator=(const TaskThread&) = delete;

    void hand_over() {
        ++given_;
        given_.notify_one();
    }
    void wait_until_done() {
        for (unsigned done = done_; done != given_; done = done_) done_.wait(done);
    }

private:
    void serve() {
        for (unsigned seen = 0; !ended_; ++seen) {
            given_.wait(seen);
            done_ = seen + 1;
            done_.notify_one();
        }
    }

    std::atomic<unsigned> given_{0};
    std::atomic<unsigned> done_{0};
    std::atomic<bool> ended_{false};
    std::jthread thread_;  // last: it uses the others
};

// Until the thread sleeps again: it spins for a moment first.
constexpr std::chrono::microseconds kSleep{100};

std::vector<ProbePoint> launch_points(const HostMeans&, Effort) {
    return {{{{"what", "issue"}}, {}}, {{{"what", "round_trip"}}, {}}};
}

PreparedPoint launch_prepare(HostMeans&, const ProbePoint& point) {
    const bool waits = point.word("what") == "round_trip";
    const auto thread = std::make_shared<TaskThread>();
    return warmed_up([thread, waits] {
        std::this_thread::sleep_for(kSleep);
        const double seconds = seconds_of([&] {
            thread->hand_over();
            if (waits)
                thread->wait_until_done();
        });
        thread->wait_until_done();
        return seconds;
    });
}

}  // namespace

const HostProbeEntry kLaunchProbe{"launch", "a task handed to a sleeping thread", launch_points,
                                  launch_prepare};

}  // namespace spillway
