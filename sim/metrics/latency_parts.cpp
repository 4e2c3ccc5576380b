#include "sim/metrics/latency_parts.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <tuple>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

/// Sums of a bin are carried when its count reaches a multiple of this: each of the totals added since is
/// below 2^(shift + 8), so a sum grows by less than 2^63 between two carries.
constexpr std::uint64_t carry_mask(std::uint32_t bin) noexcept {
    return (std::uint64_t{1} << (55 - bin_shift(bin))) - 1;
}

double seconds(double nanoseconds) { return nanoseconds * 1e-9; }

}  // namespace

inline void LatencyParts::bin(const Parts& parts, Duration total) {
    const std::uint32_t bin = bin_of(total);
    Cell& cell = cells_.at(bin);
    unsigned present = 0;  // mostly two of them, and which ones is hard to predict
    for (std::size_t i = 0; i < parts.size(); ++i) {
        present |= static_cast<unsigned>(parts[i] != Duration::zero()) << i;
    }
    for (; present != 0; present &= present - 1) {
        const auto i = static_cast<std::size_t>(std::countr_zero(present));
        cell.sums[i] += static_cast<std::uint64_t>(parts[i].count());
        part_bins_[i].add(parts[i]);
        ++part_counts_[i];
    }
    if ((++cell.count & carry_mask(bin)) == 0) [[unlikely]]
        carry(bin, cell);
}

void LatencyParts::add(const Parts& parts, Duration total) {
    std::int64_t signs = 0;
    std::int64_t sum = 0;
    for (const Duration part : parts) {
        signs |= part.count();
        sum += part.count();
    }
    SPILLWAY_CHECK(signs >= 0, "a part of a request's time is negative");
    SPILLWAY_CHECK(sum == total.count(), "a request's parts do not add up to its total");
    min_total_ = std::min(min_total_, total);
    max_total_ = std::max(max_total_, total);
    if (++count_ < kExactBelow) {
        log_.add(parts);
        return;
    }
    if (count_ == kExactBelow) [[unlikely]]
        bin_log();
    bin(parts, total);
}

void LatencyParts::bin_log() {
    log_.for_each([this](const Parts& parts) { bin(parts, total_of(parts)); });
    log_.clear();
}

void LatencyParts::carry(std::uint32_t bin, Cell& cell) {
    carried_[bin] = sums_of(bin, cell);
    cell.sums.fill(0);
}

LatencyParts::Sums LatencyParts::sums_of(std::uint32_t bin, const Cell& cell) const {
    const auto carried = carried_.find(bin);
    Sums sums = carried == carried_.end() ? Sums{} : carried->second;
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += static_cast<Int128>(cell.sums[i]);
    return sums;
}

void LatencyParts::store(std::uint32_t bin, Cell& cell, const Sums& sums) {
    if (*std::max_element(sums.begin(), sums.end()) > std::numeric_limits<std::int64_t>::max()) {
        carried_[bin] = sums;
        cell.sums.fill(0);
        return;
    }
    carried_.erase(bin);
    for (std::size_t i = 0; i < sums.size(); ++i) cell.sums[i] = static_cast<std::uint64_t>(sums[i]);
}

void LatencyParts::merge(const LatencyParts& other) {
    count_ += other.count_;
    min_total_ = std::min(min_total_, other.min_total_);
    max_total_ = std::max(max_total_, other.max_total_);
    log_.append(other.log_);
    other.cells_.for_each([&](std::uint32_t bin, const Cell& theirs) {
        if (theirs.count == 0)
            return;
        Cell& mine = cells_.at(bin);
        Sums sums = sums_of(bin, mine);
        const Sums others = other.sums_of(bin, theirs);
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += others[i];
        store(bin, mine, sums);
        mine.count += theirs.count;
    });
    for (std::size_t i = 0; i < part_bins_.size(); ++i) {
        part_bins_[i].merge(other.part_bins_[i]);
        part_counts_[i] += other.part_counts_[i];
    }
    if (count_ >= kExactBelow)
        bin_log();
}

QuantileSketch LatencyParts::totals() const {
    QuantileSketch totals;
    if (count_ < kExactBelow) {
        log_.for_each([&](const Parts& parts) { totals.add(total_of(parts)); });
        return totals;
    }
    totals.count_ = count_;
    cells_.for_each([&](std::uint32_t bin, const Cell& cell) {
        if (cell.count == 0)
            return;
        for (const Int128 sum : sums_of(bin, cell)) totals.sum_ += sum << kTickBits;
        if (bin == 0) {
            totals.zeros_ = cell.count;
        } else {
            totals.bins_.add_bin(bin, cell.count);
        }
    });
    totals.bins_.widen(min_total_, max_total_);
    return totals;
}

LatencyParts::Sums LatencyParts::sums() const {
    Sums sums{};
    log_.for_each([&](const Parts& parts) {
        for (std::size_t i = 0; i < parts.size(); ++i) sums[i] += parts[i].count();
    });
    cells_.for_each([&](std::uint32_t bin, const Cell& cell) {
        const Sums of_bin = sums_of(bin, cell);
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += of_bin[i];
    });
    return sums;
}

QuantileSketch LatencyParts::part(LatencyPart part) const {
    const auto i = static_cast<std::size_t>(part);
    QuantileSketch sketch;
    if (count_ < kExactBelow) {
        log_.for_each([&](const Parts& parts) { sketch.add(parts[i]); });
        return sketch;
    }
    sketch.count_ = count_;
    sketch.zeros_ = count_ - part_counts_[i];
    sketch.sum_ = sums()[i] << kTickBits;
    sketch.bins_ = part_bins_[i];
    return sketch;
}

std::vector<LatencyParts::Group> LatencyParts::groups(std::uint64_t first, std::uint64_t last) const {
    if (count_ < kExactBelow)
        return logged_groups(first, last);
    std::vector<Group> groups;
    cells_.for_each([&](std::uint32_t bin, const Cell& cell) {
        if (cell.count > 0)
            groups.push_back({cell.count, sums_of(bin, cell)});
    });
    return groups;
}

std::vector<LatencyParts::Group> LatencyParts::logged_groups(std::uint64_t first, std::uint64_t last) const {
    std::vector<Duration> totals;
    totals.reserve(count_);
    log_.for_each([&](const Parts& parts) { totals.push_back(total_of(parts)); });
    const std::vector<Duration> ends = select_ranks(totals, std::array{first, last}, 0);

    enum Place : std::size_t { kBelow, kAtFirst, kBetween, kAtLast };
    std::vector<Group> groups(4);
    log_.for_each([&](const Parts& parts) {
        const Duration total = total_of(parts);
        if (total > ends[1])
            return;
        const Place place = total < ends[0]    ? kBelow
                            : total == ends[0] ? kAtFirst
                            : total < ends[1]  ? kBetween
                                               : kAtLast;
        Group& group = groups[place];
        ++group.count;
        for (std::size_t i = 0; i < parts.size(); ++i) group.sums[i] += parts[i].count();
    });
    return groups;
}

BandFigures LatencyParts::band(Quantile from, Quantile to) const {
    BandFigures band;
    if (count_ == 0)
        return band;
    const std::uint64_t first = nearest_rank(from, count_);
    const std::uint64_t last = nearest_rank(to, count_);
    band.requests = last - first + 1;
    std::uint64_t passed = 0;
    std::array<double, kLatencyParts> sums{};
    for (const Group& group : groups(first, last)) {
        const std::uint64_t begin = std::max(first, passed + 1);
        passed += group.count;
        const std::uint64_t end = std::min(last, passed);
        if (begin > end)
            continue;
        const double inside = static_cast<double>(end - begin + 1) / static_cast<double>(group.count);
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += static_cast<double>(group.sums[i]) * inside;
    }
    double total = 0;
    for (const double sum : sums) total += sum;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        band.mean_seconds[i] = seconds(sums[i] / static_cast<double>(band.requests));
        band.share[i] = total > 0 ? sums[i] / total : 0;
    }
    return band;
}

bool LatencyParts::operator==(const LatencyParts& other) const {
    const auto cells = [](const LatencyParts& parts) {
        std::vector<std::tuple<std::uint32_t, std::uint64_t, Sums>> used;
        parts.cells_.for_each([&](std::uint32_t bin, const Cell& cell) {
            if (cell.count > 0)
                used.emplace_back(bin, cell.count, parts.sums_of(bin, cell));
        });
        return used;
    };
    return count_ == other.count_ && log_.sorted() == other.log_.sorted() && cells(*this) == cells(other) &&
           part_bins_ == other.part_bins_ && part_counts_ == other.part_counts_;
}

}  // namespace spillway
