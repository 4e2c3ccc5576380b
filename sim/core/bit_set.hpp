#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace spillway {

/// A set of small numbers that finds neighbours a word at a time.
class BitSet {
public:
    void insert(std::uint32_t number) {
        if (number / 64 >= words_.size())
            words_.resize(number / 64 + 1);
        words_[number / 64] |= std::uint64_t{1} << (number % 64);
    }
    void erase(std::uint32_t number) noexcept {
        if (number / 64 < words_.size())
            words_[number / 64] &= ~(std::uint64_t{1} << (number % 64));
    }

    /// The smallest member that is at least `from`.
    std::optional<std::uint32_t> first_from(std::uint32_t from) const noexcept {
        std::size_t word = from / 64;
        if (word >= words_.size())
            return std::nullopt;
        std::uint64_t bits = words_[word] & (~std::uint64_t{0} << (from % 64));
        while (bits == 0) {
            if (++word == words_.size())
                return std::nullopt;
            bits = words_[word];
        }
        return static_cast<std::uint32_t>(word * 64) + static_cast<std::uint32_t>(std::countr_zero(bits));
    }

    /// The largest member that is less than `below`.
    std::optional<std::uint32_t> last_below(std::uint32_t below) const noexcept {
        if (below == 0 || words_.empty())
            return std::nullopt;
        std::size_t word = (below - 1) / 64;
        std::uint64_t bits = 0;
        if (word >= words_.size()) {
            word = words_.size() - 1;
            bits = words_[word];
        } else {
            bits = words_[word] & (~std::uint64_t{0} >> (63 - (below - 1) % 64));
        }
        while (bits == 0) {
            if (word-- == 0)
                return std::nullopt;
            bits = words_[word];
        }
        return static_cast<std::uint32_t>(word * 64 + 63) -
               static_cast<std::uint32_t>(std::countl_zero(bits));
    }

    /// The n-th smallest member. Requires: more than n members.
    std::uint32_t nth(std::uint32_t n) const noexcept {
        std::size_t word = 0;
        while (true) {
            const auto members = static_cast<std::uint32_t>(std::popcount(words_[word]));
            if (n < members)
                break;
            n -= members;
            ++word;
        }
        std::uint64_t bits = words_[word];
        while (n-- > 0) bits &= bits - 1;
        return static_cast<std::uint32_t>(word * 64) + static_cast<std::uint32_t>(std::countr_zero(bits));
    }

private:
    std::vector<std::uint64_t> words_;
};

}  // namespace spillway
