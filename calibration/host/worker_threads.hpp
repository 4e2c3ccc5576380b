#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace spillway {

/// Threads that wait for work, as a numerical library keeps them. The thread that asks takes part.
class WorkerThreads {
public:
    /// What to do with one item; `thread` is below size(), and never the same in two calls at once.
    using Work = std::function<void(std::size_t item, std::size_t thread)>;

    /// Requires: one thread or more.
    explicit WorkerThreads(std::size_t threads);
    ~WorkerThreads();
    WorkerThreads(const WorkerThreads&) = delete;
    WorkerThreads& operator=(const WorkerThreads&) = delete;

    std::size_t size() const noexcept { return threads_.size() + 1; }
    /// Does all items, whoever is free the next, and returns when they are done. A single item wakes nobody.
    /// `work` does not throw. Not for several threads at once.
    void run(std::size_t items, const Work& work);

private:
    void serve(std::size_t thread);
    void do_items(std::size_t thread);

    std::atomic<std::uint32_t> round_{0};  ///< work is there whenever it moves
    std::atomic<std::uint32_t> busy_{0};   ///< threads that have not finished this round
    std::atomic<std::size_t> next_item_{0};
    std::size_t items_ = 0;
    const Work* work_ = nullptr;  ///< null: time to end
    std::vector<std::jthread> threads_;
};

}  // namespace spillway
