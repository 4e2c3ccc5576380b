#include "models/llm/decode_group.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace spillway {

void DecodeGroup::join(std::uint32_t number) {
    if (size_ == 0) {
        last_decode_ = table_[number].last_token;
        joins_.clear();
        read_.clear();
    }
    enter(number);
}

void DecodeGroup::enter(std::uint32_t number) {
    Sequence& sequence = table_[number];
    sequence.brought_up_to = decoded_;
    if (sequence.last_token != last_decode_) {
        if (joins_.empty() || joins_.back().at != sequence.last_token)
            joins_.push_back({sequence.last_token, 0});
        ++joins_.back().sequences;
    }
    ++size_;
    kv_tokens_ += sequence.computed;
    ++new_blocks_at(sequence.computed);
    const std::uint64_t end = decoded_ + sequence.output - sequence.made;
    SPILLWAY_CHECK(end < kMostEnd && number >> kNumberBits == 0,
                   "more iterations or sequences than a key holds");
    ends_.push(end << kNumberBits | number);
    see_next_end();
}

void DecodeGroup::bring_up(std::uint32_t number) {
    Sequence& sequence = table_[number];
    const auto missed = static_cast<std::uint32_t>(decoded_ - sequence.brought_up_to);
    if (sequence.paced && missed > 0) {
        // Its token number `made` came with iteration `brought_up_to`, and so on.
        const Ticks ahead = Ticks{sequence.brought_up_to} - Ticks{sequence.made};
        const Ticks read = read_.largest_after(sequence.brought_up_to) + rules_.read_period * ahead;
        sequence.reader = std::max(sequence.reader, read);
    }
    sequence.brought_up_to = decoded_;
    sequence.made += missed;
    sequence.computed += missed;
    sequence.last_token = std::max(sequence.last_token, last_decode_);
    if (rules_.kv == KvPolicy::kOnDemand) {
        const std::uint32_t unit = rules_.prefix_unit / rules_.block_tokens;
        sequence.holding.own = rules_.blocks_for(sequence.computed) - sequence.holding.shared * unit;
    }
}

/// Takes an up-to-date sequence out of the sums.
void DecodeGroup::forget(std::uint32_t number) {
    const Sequence& sequence = table_[number];
    --size_;
    kv_tokens_ -= sequence.computed;
    --new_blocks_at(sequence.computed);
}

void DecodeGroup::leave(std::uint32_t number) {
    bring_up(number);
    forget(number);
    for (const std::uint64_t end : ends_.take_all()) {
        if (number_of(end) != number)
            ends_.push(end);
    }
    SPILLWAY_CHECK(ends_.size() == size_, "a sequence that does not decode left the group");
    see_next_end();
    const auto joins = std::find_if(joins_.begin(), joins_.end(),
                                    [&](const Joins& one) { return one.at == table_[number].last_token; });
    if (joins != joins_.end() && --joins->sequences == 0)
        joins_.erase(joins);
}

void DecodeGroup::rebuild(const std::vector<std::uint32_t>& sequences) {
    size_ = 0;
    kv_tokens_ = 0;
    ends_.take_all();
    std::fill(new_blocks_.begin(), new_blocks_.end(), 0);
    joins_.clear();
    for (const std::uint32_t number : sequences) enter(number);
}

std::uint64_t DecodeGroup::blocks_needed(std::uint32_t skip, std::uint64_t iterations) const noexcept {
    if (rules_.kv == KvPolicy::kReserved)
        return 0;
    const std::uint32_t round = rules_.block_tokens;
    const auto whole = static_cast<std::uint32_t>(iterations);  // 32-bit divisions take half as long
    const std::uint32_t rest = whole % round;
    const std::uint32_t begin = wrapped(phase_ + skip % round);
    const std::uint32_t end = std::min(begin + rest, round);
    std::uint32_t blocks = 0;
    for (std::uint32_t i = begin; i < end; ++i) blocks += new_blocks_[i];
    for (std::uint32_t i = 0; i < begin + rest - end; ++i) blocks += new_blocks_[i];
    return std::uint64_t{whole / round} * size_ + blocks;
}

std::uint64_t DecodeGroup::iterations_within(std::uint64_t blocks, std::uint32_t skip,
                                             std::uint64_t wanted) const noexcept {
    if (rules_.kv == KvPolicy::kReserved || size_ == 0)
        return wanted;
    // None asks for more than this; mostly there is much more.
    const std::uint64_t each = static_cast<std::uint32_t>(wanted) / rules_.block_tokens + 1;
    if (each * size_ <= blocks)
        return wanted;
    const std::uint64_t rounds = blocks / size_;
    std::uint64_t iterations = rounds * rules_.block_tokens;
    if (iterations >= wanted)
        return wanted;
    std::uint64_t left = blocks % size_;
    // Less than a round is left, so this ends within one.
    std::uint32_t place = wrapped(phase_ + skip % rules_.block_tokens);
    while (iterations < wanted && new_blocks_[place] <= left) {
        left -= new_blocks_[place];
        place = wrapped(place + 1);
        ++iterations;
    }
    return iterations;
}

bool DecodeGroup::note_times(std::uint64_t iterations, Ticks first_end, Ticks end) {
    constexpr std::size_t kMostPoints = 4096;
    if (iterations > 1)
        read_.note(decoded_ + 1, first_end);
    read_.note(decoded_ + iterations, end);
    return read_.size() > kMostPoints;
}

void DecodeGroup::end_first(std::vector<std::uint32_t>& done) {
    const std::uint32_t number = number_of(ends_.least());
    ends_.pop();
    see_next_end();
    bring_up(number);
    forget(number);
    done.push_back(number);
}

void DecodeGroup::report_first_gaps(Ticks first_end, TokenObserver& observer) const {
    std::uint32_t others = size_;
    for (const Joins& joins : joins_) {
        observer.gaps({first_end - joins.at, 0, 1, joins.sequences, joins.at, first_end});
        others -= joins.sequences;
    }
    if (others > 0)
        observer.gaps({first_end - last_decode_, 0, 1, others, last_decode_, first_end});
}

}  // namespace spillway
