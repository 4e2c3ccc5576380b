#include "traces/combine/copies.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/core/check.hpp"
#include "traces/combine/kept_blocks.hpp"
#include "traces/combine/renamed.hpp"
#include "traces/combine/thin.hpp"

namespace spillway {
namespace {

/// Requests that wait for their turn, each with its own prefix blocks, ordered by time and then as they came.
/// Slots and their buffers are reused.
class PendingRows {
public:
    bool empty() const noexcept { return order_.empty(); }
    SimTime earliest() const noexcept { return order_.top().at; }

    void add(const Arrival& row) {
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(rows_.size()));
            rows_.emplace_back();
        }
        const std::uint32_t slot = free_.back();
        free_.pop_back();
        rows_[slot].row = row;
        rows_[slot].blocks.assign(row.prefix_blocks.begin(), row.prefix_blocks.end());
        order_.push({row.at, added_++, slot});
    }

    /// Takes the earliest; its blocks are valid until the next call of add().
    void take(Arrival& arrival) {
        const std::uint32_t slot = order_.top().slot;
        order_.pop();
        arrival = rows_[slot].row;
        arrival.prefix_blocks = rows_[slot].blocks;
        free_.push_back(slot);
    }

private:
    struct Row {
        Arrival row;
        std::vector<std::uint64_t> blocks;
    };
    struct Entry {
        SimTime at;
        std::uint64_t added;
        std::uint32_t slot;
        bool operator>(const Entry& other) const noexcept {
            return std::tie(at, added) > std::tie(other.at, other.added);
        }
    };

    std::vector<Row> rows_;
    std::vector<std::uint32_t> free_;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> order_;
    std::uint64_t added_ = 0;
};

/// Mirrors what lies outside the window back into it: leaving it out would thin its edges.
SimTime mirrored(SimTime at, SimTime begin, std::optional<SimTime> end) noexcept {
    if (at < begin)
        at = begin + (begin - at);
    if (end && at >= *end)
        at = *end - (at - *end) - Duration{1};
    return at;
}

/// Reads its source so far ahead that no later row or copy can come before the earliest pending one.
class Multiplied final : public RequestSource {
public:
    Multiplied(std::unique_ptr<RequestSource> source, double factor, Duration width,
               const SourceContext& context)
        : source_(std::move(source)),
          factor_(factor),
          half_width_(width / 2),
          begin_(context.begin),
          end_(context.end),
          draw_(context.seed),
          key_(context.seed, "copy jitter"),
          leaf_(context.entities.next_leaf()) {
        read_ahead();
    }

    std::optional<SimTime> next_time() override {
        if (pending_.empty())
            return std::nullopt;
        return pending_.earliest();
    }

    void pop(Arrival& arrival) override {
        pending_.take(arrival);
        given_.keep(arrival);
        read_ahead();
    }

private:
    void read_ahead() {
        while (true) {
            const std::optional<SimTime> next = source_->next_time();
            if (!next || (!pending_.empty() && pending_.earliest() <= *next - half_width_))
                return;
            source_->pop(row_);
            add_copies();
            ++read_;
        }
    }

    void add_copies() {
        pending_.add(row_);
        const double u = draw_(row_.origin);
        RandomStream draws(key_, row_.origin);
        for (std::uint64_t copy = 1; static_cast<double>(copy) + u < factor_; ++copy) {
            const double shift = (2 * draws.uniform() - 1) * static_cast<double>(half_width_.count());
            const SimTime moved = row_.at + Duration(static_cast<Duration::rep>(shift));
            Arrival twin = row_;
            twin.at = std::max(mirrored(moved, begin_, end_), begin_);
            twin.origin = entity_id(leaf_, read_ * kMaxRateFactor + copy);
            rename(twin, copy);
            pending_.add(twin);
        }
    }

    void rename(Arrival& twin, std::uint64_t copy) {
        if (twin.session != 0)
            twin.session = renamed(twin.session, copy);
        renamed_.assign(twin.prefix_blocks.begin(), twin.prefix_blocks.end());
        for (std::uint64_t& block : renamed_) block = renamed(block, copy);
        twin.prefix_blocks = renamed_;
    }

    std::unique_ptr<RequestSource> source_;
    double factor_;
    Duration half_width_;
    SimTime begin_;
    std::optional<SimTime> end_;
    CopyDraw draw_;
    StreamKey key_;
    std::uint64_t leaf_;
    std::uint64_t read_ = 0;  // rows of the source: they number the copies
    Arrival row_;
    std::vector<std::uint64_t> renamed_;
    PendingRows pending_;
    KeptBlocks given_;
};

}  // namespace

std::unique_ptr<RequestSource> multiply(std::unique_ptr<RequestSource> source, double factor, Duration width,
                                        const SourceContext& context) {
    SPILLWAY_CHECK(factor > 1 && factor <= kMaxRateFactor, "a factor of copies out of range");
    return std::make_unique<Multiplied>(std::move(source), factor, width, context);
}

}  // namespace spillway
