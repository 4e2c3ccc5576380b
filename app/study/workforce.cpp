#include "app/study/workforce.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/run/parallel_for.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;
using Ids = std::vector<std::uint64_t>;

constexpr auto kPollPause = std::chrono::microseconds{200};
constexpr std::uint64_t kMostAtOnce = 256;

/// The points that nobody has taken yet. Used from several threads.
class Supply {
public:
    Supply(std::span<const std::uint64_t> ids, int takers)
        : ids_(ids), takers_(static_cast<std::uint64_t>(takers)) {}

    /// So many that all takers end at about the same time: a share of what is left, and less towards the end.
    Ids take() {
        const std::lock_guard lock(mutex_);
        const std::uint64_t left = ids_.size() - next_;
        const std::uint64_t share = std::clamp<std::uint64_t>(left / (4 * takers_), 1, kMostAtOnce);
        const std::uint64_t count = std::min(left, share);
        const auto from = ids_.begin() + static_cast<std::ptrdiff_t>(next_);
        next_ += count;
        return {from, from + static_cast<std::ptrdiff_t>(count)};
    }

    /// Nothing is left: work that failed is not gone on with.
    void close() {
        const std::lock_guard lock(mutex_);
        next_ = ids_.size();
    }

private:
    std::mutex mutex_;
    std::span<const std::uint64_t> ids_;
    std::uint64_t takers_;
    std::uint64_t next_ = 0;
};

/// Rank 0's own share of the work, beside the thread that serves the others.
class OwnShare {
public:
    OwnShare(Supply& supply, int threads, const PointWork& work, const PointSink& sink)
        : thread_([this, &supply, threads, &work, &sink] {
              try {
                  within_threads(threads, [&] {
                      for (Ids ids = supply.take(); !ids.empty(); ids = supply.take())
                          compute_here(ids, work, sink);
                  });
              } catch (...) {
                  supply.close();
                  failure_ = std::current_exception();
              }
              done_ = true;
          }) {}
    ~OwnShare() {
        if (thread_.joinable())
            thread_.join();
    }
    OwnShare(const OwnShare&) = delete;
    OwnShare& operator=(const OwnShare&) = delete;

    bool done() const { return done_; }
    /// Rethrows what went wrong.
    void finish() {
        thread_.join();
        if (failure_)
            std::rethrow_exception(failure_);
    }

private:
    std::atomic<bool> done_{false};
    std::exception_ptr failure_;
    std::thread thread_;
};

void lead(Ranks& ranks, int threads, std::span<const std::uint64_t> ids, const PointWork& work,
          const PointSink& sink) {
    Supply supply(ids, ranks.place().size);
    std::mutex mutex;
    const PointSink guarded = [&](const PointResult& result) {
        const std::lock_guard lock(mutex);
        sink(result);
    };
    OwnShare own(supply, threads, work, guarded);
    int working = ranks.place().size - 1;
    while (working > 0 || !own.done()) {
        const std::optional<RankMessage> message = ranks.poll();
        if (!message) {
            std::this_thread::sleep_for(kPollPause);
            continue;
        }
        try {
            for (const Json& result : Json::parse(message->text))
                guarded(decode_result(result.get<std::string>()));
        } catch (...) {
            supply.close();
            throw;
        }
        const Ids next = supply.take();
        ranks.send(message->from, Json(next).dump());
        working -= next.empty() ? 1 : 0;
    }
    own.finish();
}

void follow(Ranks& ranks, const PointWork& work) {
    Json results = Json::array();
    while (true) {
        ranks.send(0, results.dump());
        std::optional<RankMessage> message = ranks.poll();
        for (; !message; message = ranks.poll()) std::this_thread::sleep_for(kPollPause);
        const Ids ids = Json::parse(message->text).get<Ids>();
        if (ids.empty())
            return;
        results = Json::array();
        compute_here(ids, work, [&](const PointResult& result) { results.push_back(encode_result(result)); });
    }
}

}  // namespace

void compute_here(std::span<const std::uint64_t> ids, const PointWork& work, const PointSink& sink) {
    std::mutex mutex;
    parallel_for(ids.size(), [&](std::size_t i) {
        const PointResult result = work(ids[i]);
        const std::lock_guard lock(mutex);
        sink(result);
    });
}

void compute_with(Ranks& ranks, int threads, std::span<const std::uint64_t> ids, const PointWork& work,
                  const PointSink& sink) {
    if (ranks.place().rank == 0) {
        lead(ranks, threads, ids, work, sink);
    } else {
        within_threads(threads, [&] { follow(ranks, work); });
    }
}

int threads_for(const RankPlace& place) noexcept { return std::max(1, processors() / place.local); }

}  // namespace spillway
