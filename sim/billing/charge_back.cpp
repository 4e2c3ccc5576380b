#include "sim/billing/charge_back.hpp"

#include <algorithm>
#include <numeric>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

bool is_gpu_time(LineKind kind) noexcept { return kind <= LineKind::kRounding; }

OwnerShares of_classes(const std::vector<std::int64_t>& counts) {
    OwnerShares shares(counts.begin(), counts.end());
    shares.push_back(0);
    return shares;
}

/// Splits the lines of one bill.
class Splitter {
public:
    Splitter(const Purchase& purchase, const Bill& bill, const ChargeShares& shares)
        : contract_(purchase.contract), bill_(bill), shares_(shares), paid_(shares.busy.size()) {}

    std::vector<ChargedLine> split() {
        // What follows the GPU time needs to know it first.
        for (const bool gpu_time : {true, false}) {
            for (std::size_t i = 0; i < bill_.lines.size(); ++i) {
                if (is_gpu_time(bill_.lines[i].kind) == gpu_time)
                    split(bill_.lines[i], lines_[i]);
            }
        }
        return std::move(lines_);
    }

private:
    void split(const BillLine& line, ChargedLine& charged) {
        const OwnerShares shares = shares_of(line);
        charged.by_owner = split_amount(line.amount, any(shares) ? shares : paid_);
        for (std::size_t i = 0; i < paid_.size() && is_gpu_time(line.kind); ++i)
            paid_[i] += charged.by_owner[i].nanos();
    }

    static bool any(const OwnerShares& shares) {
        return std::any_of(shares.begin(), shares.end(), [](Int128 share) { return share > 0; });
    }
    OwnerShares the_pool() const {
        OwnerShares shares(paid_.size());
        shares.back() = 1;
        return shares;
    }
    const OwnerShares& in(WorkerState state) const { return shares_.states[static_cast<std::size_t>(state)]; }
    bool is_standing(const BillLine& line) const {
        return std::any_of(contract_.storage.begin(), contract_.storage.end(), [&](const Storage& one) {
            return one.name == line.name && one.time == StorageTime::kAlways;
        });
    }
    OwnerShares sent() const {
        OwnerShares bytes(paid_.size());
        for (std::size_t i = 0; i < shares_.requests.size(); ++i)
            bytes[i] = Int128{shares_.requests[i]} * contract_.egress->bytes_per_request +
                       Int128{shares_.output_tokens[i]} * contract_.egress->bytes_per_output_token;
        return bytes;
    }
    OwnerShares shares_of(const BillLine& line) const;

    const Contract& contract_;
    const Bill& bill_;
    const ChargeShares& shares_;
    OwnerShares paid_;  // for GPU time, so far
    std::vector<ChargedLine> lines_{bill_.lines.size()};
};

/// All 0: as the GPU time.
OwnerShares Splitter::shares_of(const BillLine& line) const {
    switch (line.kind) {
        case LineKind::kBusy:
            return shares_.busy;
        case LineKind::kThrottled:
            return in(WorkerState::kAsked);
        case LineKind::kAcquire:
            return in(WorkerState::kAcquiring);
        case LineKind::kPull:
            return in(WorkerState::kPulling);
        case LineKind::kInit:
            return in(WorkerState::kStarting);
        case LineKind::kIdleTimeout:
            return shares_.idle;
        case LineKind::kDraining:
            return shares_.draining;
        case LineKind::kStopping:
            return in(WorkerState::kStopping);
        case LineKind::kFailedState:
            return in(WorkerState::kFailed);
        case LineKind::kFailedWork:
            return shares_.failed;
        case LineKind::kRounding:
            return shares_.rounding;
        case LineKind::kIdleFloor:
        case LineKind::kIdleBuffer:
        case LineKind::kIdleHeadroom:
        case LineKind::kUnusedCommitments:
            return the_pool();
        case LineKind::kStorage:
            return is_standing(line) ? the_pool() : OwnerShares{};
        case LineKind::kEgress:
            return sent();
        case LineKind::kInputTokens:
        case LineKind::kCachedTokens:
            return of_classes(shares_.input_tokens);
        case LineKind::kOutputTokens:
            return of_classes(shares_.output_tokens);
        case LineKind::kRequests:
            return of_classes(shares_.requests);
        case LineKind::kStranded:
        case LineKind::kSteps:
        case LineKind::kCommitmentDiscount:
        case LineKind::kCpu:
        case LineKind::kMemory:
            break;
    }
    return {};
}

}  // namespace

std::vector<Money> split_amount(Money amount, std::span<const Int128> shares) {
    SPILLWAY_CHECK(!shares.empty(), "nobody is there to be charged");
    Int128 whole = std::accumulate(shares.begin(), shares.end(), Int128{0});
    std::vector<Money> parts(shares.size());
    if (whole == 0) {
        parts.back() = amount;
        return parts;
    }
    // Of shares, 62 bits are more than nano-dollars can tell apart, and leave room for the product.
    int shift = 0;
    while ((whole >> shift) >= Int128{1} << 62) ++shift;
    std::vector<Int128> scaled;
    for (const Int128 share : shares) scaled.push_back(share >> shift);
    whole = std::accumulate(scaled.begin(), scaled.end(), Int128{0});
    const std::int64_t sign = amount < Money{} ? -1 : 1;
    const Int128 size = Int128{amount.nanos()} * sign;
    std::vector<std::int64_t> nanos;
    std::vector<Int128> rests;
    for (const Int128 share : scaled) {
        nanos.push_back(static_cast<std::int64_t>(size * share / whole));
        rests.push_back(size * share % whole);
    }
    std::vector<std::size_t> order(shares.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t one, std::size_t other) { return rests[one] > rests[other]; });
    auto left = static_cast<std::int64_t>(size - std::accumulate(nanos.begin(), nanos.end(), Int128{0}));
    for (std::size_t i = 0; left > 0; ++i, --left) ++nanos[order[i]];
    for (std::size_t i = 0; i < parts.size(); ++i) parts[i] = Money::from_nanos(sign * nanos[i]);
    return parts;
}

std::vector<ChargedLine> charge_back(const Purchase& purchase, const Bill& bill, const ChargeShares& shares) {
    std::vector<ChargedLine> lines = Splitter(purchase, bill, shares).split();
    Money sum;
    for (const ChargedLine& line : lines) {
        for (const Money amount : line.by_owner) sum += amount;
    }
    SPILLWAY_CHECK(sum == bill.total, "the charge-back leaves a rest of the bill");
    return lines;
}

}  // namespace spillway
