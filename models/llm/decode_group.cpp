#include "models/llm/decode_group.hpp"

#include <algorithm>
#include <functional>

#include "sim/core/check.hpp"

namespace spillway {

void DecodeGroup::join(std::uint32_t number) {
    if (size_ == 0) {
        last_decode_ = table_[number].last_token;
        joins_.clear();
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
    ++residue_of(sequence.computed);
    ends_.push_back({decoded_ + sequence.output - sequence.made, sequence.joined, number});
    std::push_heap(ends_.begin(), ends_.end(), std::greater<>{});
}

void DecodeGroup::bring_up(std::uint32_t number) {
    Sequence& sequence = table_[number];
    const auto missed = static_cast<std::uint32_t>(decoded_ - sequence.brought_up_to);
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
    --residue_of(sequence.computed);
}

void DecodeGroup::leave(std::uint32_t number) {
    bring_up(number);
    forget(number);
    const auto end =
        std::find_if(ends_.begin(), ends_.end(), [number](const End& one) { return one.sequence == number; });
    SPILLWAY_CHECK(end != ends_.end(), "a sequence that does not decode left the group");
    *end = ends_.back();
    ends_.pop_back();
    std::make_heap(ends_.begin(), ends_.end(), std::greater<>{});
    const auto joins = std::find_if(joins_.begin(), joins_.end(),
                                    [&](const Joins& one) { return one.at == table_[number].last_token; });
    if (joins != joins_.end() && --joins->sequences == 0)
        joins_.erase(joins);
}

void DecodeGroup::rebuild(const std::vector<std::uint32_t>& sequences) {
    size_ = 0;
    kv_tokens_ = 0;
    ends_.clear();
    std::fill(residues_.begin(), residues_.end(), 0);
    joins_.clear();
    for (const std::uint32_t number : sequences) enter(number);
}

std::uint64_t DecodeGroup::blocks_needed(std::uint64_t skip, std::uint64_t iterations) const noexcept {
    if (rules_.kv == KvPolicy::kReserved)
        return 0;
    const std::uint64_t rounds = iterations / residues_.size();
    std::uint64_t blocks = rounds * size_;
    const std::uint64_t begin = decoded_ + skip + rounds * residues_.size();
    for (std::uint64_t i = begin; i < decoded_ + skip + iterations; ++i) blocks += blocks_in(i);
    return blocks;
}

std::uint64_t DecodeGroup::iterations_within(std::uint64_t blocks, std::uint64_t skip,
                                             std::uint64_t wanted) const noexcept {
    if (rules_.kv == KvPolicy::kReserved || size_ == 0)
        return wanted;
    const std::uint64_t rounds = blocks / size_;
    std::uint64_t left = blocks % size_;
    // Less than a round is left, so this ends within one.
    std::uint64_t iterations = rounds * residues_.size();
    while (iterations < wanted && blocks_in(decoded_ + skip + iterations) <= left) {
        left -= blocks_in(decoded_ + skip + iterations);
        ++iterations;
    }
    return std::min(iterations, wanted);
}

void DecodeGroup::advance(std::uint64_t iterations, Ticks end, std::vector<std::uint32_t>& done) {
    decoded_ += iterations;
    kv_tokens_ += iterations * size_;
    last_decode_ = end;
    joins_.clear();
    while (!ends_.empty() && ends_.front().at == decoded_) {
        const std::uint32_t number = ends_.front().sequence;
        std::pop_heap(ends_.begin(), ends_.end(), std::greater<>{});
        ends_.pop_back();
        bring_up(number);
        forget(number);
        done.push_back(number);
    }
}

void DecodeGroup::report_first_gaps(Ticks first_end, TokenObserver& observer) const {
    std::uint32_t others = size_;
    for (const Joins& joins : joins_) {
        observer.gaps({first_end - joins.at, 0, 1, joins.sequences, first_end});
        others -= joins.sequences;
    }
    if (others > 0)
        observer.gaps({first_end - last_decode_, 0, 1, others, first_end});
}

}  // namespace spillway
