#include "calibration/host/worker_threads.hpp"

#include "sim/core/check.hpp"

namespace spillway {

WorkerThreads::WorkerThreads(std::size_t threads) {
    SPILLWAY_CHECK(threads >= 1, "no thread to work");
    for (std::size_t thread = 1; thread < threads; ++thread)
        threads_.emplace_back([this, thread] { serve(thread); });
}

WorkerThreads::~WorkerThreads() {
    work_ = nullptr;
    ++round_;
    round_.notify_all();
}

void WorkerThreads::run(std::size_t items, const Work& work) {
    work_ = &work;
    items_ = items;
    next_item_ = 0;
    if (items <= 1 || threads_.empty()) {
        do_items(0);
        return;
    }
    busy_ = static_cast<std::uint32_t>(threads_.size());
    ++round_;
    round_.notify_all();
    do_items(0);
    for (std::uint32_t busy = busy_; busy != 0; busy = busy_) busy_.wait(busy);
}

void WorkerThreads::serve(std::size_t thread) {
    // From the first round, not from the present one: a thread may start after it.
    for (std::uint32_t seen = 0;; ++seen) {
        round_.wait(seen);
        if (work_ == nullptr)
            return;
        do_items(thread);
        if (--busy_ == 0)
            busy_.notify_one();
    }
}

void WorkerThreads::do_items(std::size_t thread) {
    for (std::size_t item = next_item_++; item < items_; item = next_item_++) (*work_)(item, thread);
}

}  // namespace spillway
