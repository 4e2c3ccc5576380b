#include "sim/billing/bill.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

/// A time price that is of an instance buys all its GPUs at once.
Ratio price_part(const Purchase& purchase) noexcept {
    return {1, purchase.contract.per == PricePer::kGpu ? 1 : purchase.gpus_per_instance};
}

Int128 greatest_common_divisor(Int128 a, Int128 b) { return b == 0 ? a : greatest_common_divisor(b, a % b); }

/// a x b / c, rounded down. Whole multiples of c are taken out first, so that months of large fleets fit.
Int128 multiply_divide(Int128 a, Int128 b, Int128 c) {
    const Int128 common = greatest_common_divisor(b, c);
    b /= common;
    c /= common;
    Int128 rest = 0;
    const bool overflow = __builtin_mul_overflow(a % c, b, &rest);
    SPILLWAY_CHECK(!overflow, "usage does not fit 128 bits");
    return a / c * b + rest / c;
}

/// Writes the lines of one bill.
class Writer {
public:
    Writer(const Purchase& purchase, const UsageTotals& totals, Ratio scale)
        : purchase_(purchase), contract_(purchase.contract), totals_(totals) {
        bill_.scale = scale;
    }

    Bill write() && {
        if (contract_.tokens) {
            add_tokens(*contract_.tokens);
        } else {
            add_gpu_time();
            add_steps();
            add_commitments();
            add_meters();
            add_storage();
        }
        if (contract_.egress)
            add_egress(*contract_.egress);
        for (const BillLine& line : bill_.lines) bill_.total += line.amount;
        return std::move(bill_);
    }

private:
    void add(LineKind kind, std::string name, Int128 usage, const Price& price, Ratio part = {}) {
        const Money amount = charge(usage, price, contract_.month, part, bill_.scale);
        bill_.lines.push_back({kind, std::move(name), usage, price, std::nullopt, amount});
    }
    void add_time(LineKind kind, Int128 gpu_ns) {
        add(kind, {}, gpu_ns, *contract_.price, price_part(purchase_));
    }
    void add_state(LineKind kind, WorkerState state) {
        add_time(kind, totals_.states[static_cast<std::size_t>(state)]);
    }
    /// What `gpu_ns` cost more or less at `price` than at the contract's own.
    void add_difference(LineKind kind, std::string name, Int128 gpu_ns, const Price& price) {
        add(kind, std::move(name), gpu_ns, price, price_part(purchase_));
        BillLine& line = bill_.lines.back();
        line.at_list = contract_.price;
        line.amount -= charge_gpu_time(purchase_, gpu_ns, bill_.scale);
    }

    void add_gpu_time();
    void add_steps();
    void add_commitments();
    void add_meters();
    void add_storage();
    void add_egress(const Egress& egress);
    void add_tokens(const TokenPrices& tokens);

    const Purchase& purchase_;
    const Contract& contract_;
    const UsageTotals& totals_;
    Bill bill_;
};

void Writer::add_gpu_time() {
    const Int128 busy = totals_.states[static_cast<std::size_t>(WorkerState::kBusy)];
    const Int128 draining = totals_.states[static_cast<std::size_t>(WorkerState::kDraining)];
    const Int128 failed_busy = failed_part(totals_, busy);
    const Int128 failed_draining = failed_part(totals_, draining);
    add_time(LineKind::kBusy, busy - failed_busy);
    add_state(LineKind::kThrottled, WorkerState::kAsked);
    add_state(LineKind::kAcquire, WorkerState::kAcquiring);
    add_state(LineKind::kPull, WorkerState::kPulling);
    add_state(LineKind::kInit, WorkerState::kStarting);
    constexpr int kFirstIdle = static_cast<int>(LineKind::kIdleFloor);
    for (int i = 0; i < kIdleReasons; ++i) {
        add_time(static_cast<LineKind>(kFirstIdle + i), totals_.idle[static_cast<std::size_t>(i)]);
    }
    add_time(LineKind::kDraining, draining - failed_draining);
    add_state(LineKind::kStopping, WorkerState::kStopping);
    add_state(LineKind::kFailedState, WorkerState::kFailed);
    add_time(LineKind::kFailedWork, totals_.failed_starts + failed_busy + failed_draining);
    add_time(LineKind::kRounding, totals_.rounding);
    add_time(LineKind::kStranded, totals_.stranded);
}

void Writer::add_steps() {
    for (std::size_t i = 0; i < contract_.steps.size(); ++i) {
        const PriceStep& step = contract_.steps[i];
        add_difference(LineKind::kSteps, fmt::format("first {}", step.first), totals_.steps[i], step.price);
    }
}

void Writer::add_commitments() {
    for (std::size_t i = 0; i < contract_.commitments.size(); ++i) {
        const Commitment& commitment = contract_.commitments[i];
        const std::string name = commitment.spend
                                     ? fmt::format("savings plan of {}", format_price(*commitment.spend))
                                     : fmt::format("{} instances", commitment.instances);
        add_difference(LineKind::kCommitmentDiscount, name, totals_.covered[i], commitment.price);
        add(LineKind::kUnusedCommitments, name, totals_.unused[i], commitment.price, price_part(purchase_));
    }
}

void Writer::add_meters() {
    if (contract_.cpu) {
        add(LineKind::kCpu, {}, totals_.billed_instances * contract_.cpu->milli_vcpus, contract_.cpu->price);
    }
    if (contract_.memory) {
        add(LineKind::kMemory, {}, totals_.billed_instances * contract_.memory->bytes,
            contract_.memory->price);
    }
}

void Writer::add_storage() {
    for (std::size_t i = 0; i < contract_.storage.size(); ++i) {
        const Storage& storage = contract_.storage[i];
        if (storage.bytes > 0)
            add(LineKind::kStorage, storage.name, totals_.storage[i], storage.price);
    }
}

void Writer::add_egress(const Egress& egress) {
    const Int128 bytes = Int128{totals_.requests} * egress.bytes_per_request +
                         Int128{totals_.output_tokens} * egress.bytes_per_output_token;
    const auto in_window = [&](std::int64_t a_month) {
        return multiply_divide(a_month, totals_.window.count(), contract_.month.count());
    };
    const Int128 paid = std::max<Int128>(0, bytes - in_window(egress.free_bytes));
    Int128 below = 0;
    for (const EgressTier& tier : egress.tiers) {
        const Int128 bound = tier.up_to ? std::min(paid, in_window(*tier.up_to)) : paid;
        add(LineKind::kEgress, {}, bound - below, tier.price);
        below = bound;
    }
}

void Writer::add_tokens(const TokenPrices& tokens) {
    const Int128 cached = multiply_divide(totals_.input_tokens, tokens.cached_per_million, 1'000'000);
    add(LineKind::kInputTokens, {}, totals_.input_tokens - cached, tokens.input);
    if (tokens.cached_per_million > 0) {
        add(LineKind::kCachedTokens, {}, cached, tokens.cached_input.value_or(tokens.input));
    }
    add(LineKind::kOutputTokens, {}, totals_.output_tokens, tokens.output);
    if (tokens.request)
        add(LineKind::kRequests, {}, totals_.requests, *tokens.request);
}

}  // namespace

Money Bill::sum(LineKind kind) const {
    Money result;
    for (const BillLine& line : lines) {
        if (line.kind == kind)
            result += line.amount;
    }
    return result;
}

Money Bill::group_sum(std::string_view group) const {
    Money result;
    for (const BillLine& line : lines) {
        if (line_group(line.kind) == group)
            result += line.amount;
    }
    return result;
}

Bill price_usage(const Purchase& purchase, const UsageTotals& totals, Ratio scale) {
    return Writer(purchase, totals, scale).write();
}

Int128 failed_part(const UsageTotals& totals, Int128 gpu_ns) {
    return totals.slots == 0 ? 0 : multiply_divide(gpu_ns, totals.failed_slots, totals.slots);
}

Ratio month_scale(const Contract& contract, Duration window) {
    SPILLWAY_CHECK(window > Duration::zero(), "an empty window has no month");
    return {contract.month.count(), window.count()};
}

Money charge_gpu_time(const Purchase& purchase, Int128 gpu_ns, Ratio scale) {
    SPILLWAY_CHECK(purchase.contract.price.has_value(), "a pay-per-token API has no price of time");
    return charge(gpu_ns, *purchase.contract.price, purchase.contract.month, price_part(purchase), scale);
}

}  // namespace spillway
