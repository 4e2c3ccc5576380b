#include "app/run/parallel_for.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/partitioner.h>
#include <oneapi/tbb/task_arena.h>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

/// The exception of the lowest number, of those that were thrown.
class FirstFailure {
public:
    /// Whether a call with this number still matters.
    bool wants(std::size_t number) const { return number < lowest_; }
    void keep(std::size_t number, std::exception_ptr failure) {
        const std::lock_guard lock(mutex_);
        if (number >= lowest_)
            return;
        lowest_ = number;
        failure_ = std::move(failure);
    }
    void rethrow() const {
        if (failure_)
            std::rethrow_exception(failure_);
    }

private:
    std::mutex mutex_;
    std::atomic<std::size_t> lowest_{static_cast<std::size_t>(-1)};
    std::exception_ptr failure_;
};

}  // namespace

void parallel_for(std::size_t count, const std::function<void(std::size_t)>& work) {
    namespace tbb = oneapi::tbb;
    FirstFailure failure;
    const auto one = [&](const tbb::blocked_range<std::size_t>& range) {
        for (std::size_t i = range.begin(); i != range.end(); ++i) {
            if (!failure.wants(i))
                continue;
            try {
                work(i);
            } catch (...) {
                failure.keep(i, std::current_exception());
            }
        }
    };
    // Isolated: whoever waits here for the last calls takes up none of what surrounds them.
    tbb::this_task_arena::isolate([&] {
        tbb::parallel_for(tbb::blocked_range<std::size_t>(0, count, 1), one, tbb::simple_partitioner{});
    });
    failure.rethrow();
}

void within_threads(int threads, const std::function<void()>& work) {
    SPILLWAY_CHECK(threads > 0, "work needs a thread");
    // More than there are processors are had only when asked for twice.
    const oneapi::tbb::global_control limit(oneapi::tbb::global_control::max_allowed_parallelism,
                                            static_cast<std::size_t>(threads));
    oneapi::tbb::task_arena arena(threads);
    arena.execute([&] { work(); });
}

int processors() noexcept { return static_cast<int>(std::max(1U, std::thread::hardware_concurrency())); }

}  // namespace spillway
