#include "traces/combine/recording.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

using std::chrono::seconds;

std::string first_file(const ReadLog& reads) {
    return reads.counts().empty() ? "recorded traffic" : reads.counts().front().file;
}

}  // namespace

Recording::Recording(RequestSource& source, const TimeWindow& window, const ReadLog& reads,
                     std::size_t most_bytes) {
    Arrival arrival;
    for (auto next = source.next_time(); next && (!window.until || *next < *window.until);
         next = source.next_time()) {
        source.pop(arrival);
        if (arrival.at < window.from)
            continue;
        if (times_.empty())
            begin_ = std::max(window.from, SimTime{std::chrono::floor<seconds>(arrival.at)});
        add(arrival);
        if (bytes() > most_bytes) {
            throw InputError(
                first_file(reads),
                fmt::format("has more than {} MiB of requests, too many to draw from", most_bytes >> 20),
                R"(keep a part of it: "cut": {"from": "0s", "for": "168h"})");
        }
    }
    if (times_.empty())
        throw InputError(first_file(reads), "has no request to draw from in the part that is played");
    const SimTime after = std::chrono::floor<seconds>(begin_ + times_.back()) + seconds(1);
    length_ = (window.until ? std::min(*window.until, after) : after) - begin_;
    reads_.assign(reads.counts().begin(), reads.counts().end());
    shrink();
}

std::size_t Recording::first_at(Duration since) const noexcept {
    return static_cast<std::size_t>(std::lower_bound(times_.begin(), times_.end(), since) - times_.begin());
}

void Recording::fill(std::size_t row, Arrival& arrival) const noexcept {
    arrival.input_tokens = tokens_[row].input;
    arrival.output_tokens = tokens_[row].output;
    arrival.max_tokens = max_tokens_.at(row);
    arrival.session = sessions_.at(row);
    arrival.turn = turns_.at(row);
    arrival.service.reset();
    if (const Duration::rep measured = services_.at(row); measured != kNotMeasured)
        arrival.service = Duration{measured};
}

std::span<const std::uint64_t> Recording::prefix_blocks(std::size_t row) const noexcept {
    if (block_ends_.empty())
        return {};
    const std::size_t first = row == 0 ? 0 : block_ends_[row - 1];
    return std::span(blocks_).subspan(first, block_ends_[row] - first);
}

void Recording::add(const Arrival& arrival) {
    const std::size_t row = times_.size();
    times_.push_back(arrival.at - begin_);
    tokens_.push_back({arrival.input_tokens, arrival.output_tokens});
    max_tokens_.set(row, arrival.max_tokens);
    sessions_.set(row, arrival.session);
    turns_.set(row, arrival.turn);
    services_.set(row, arrival.service ? arrival.service->count() : kNotMeasured);
    if (!arrival.prefix_blocks.empty() || !block_ends_.empty())
        add_blocks(row, arrival.prefix_blocks);
}

void Recording::add_blocks(std::size_t row, std::span<const std::uint64_t> blocks) {
    block_ends_.resize(row, 0);  // of the rows before the first that has any
    blocks_.insert(blocks_.end(), blocks.begin(), blocks.end());
    block_ends_.push_back(blocks_.size());
}

void Recording::shrink() {
    times_.shrink_to_fit();
    tokens_.shrink_to_fit();
    max_tokens_.shrink();
    sessions_.shrink();
    turns_.shrink();
    services_.shrink();
    block_ends_.shrink_to_fit();
    blocks_.shrink_to_fit();
}

std::size_t Recording::bytes() const noexcept {
    return times_.size() * (sizeof(Duration) + sizeof(Tokens)) + max_tokens_.bytes() + sessions_.bytes() +
           turns_.bytes() + services_.bytes() + (block_ends_.size() + blocks_.size()) * sizeof(std::uint64_t);
}

}  // namespace spillway
