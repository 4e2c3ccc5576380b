#include "app/backtest/predicted_lines.hpp"

#include <array>

#include <fmt/format.h>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

constexpr std::array<std::string_view, kLineSorts> kLineSortNames{
    "GPU time",       "commitment", "CPU",           "memory",
    "storage",        "egress",     "tokens: input", "tokens: cached input",
    "tokens: output", "per request"};

/// Where the lines of a bill go that are not of GPU time.
LineSort sort_of_kind(LineKind kind) {
    switch (kind) {
        case LineKind::kCpu:
            return LineSort::kCpu;
        case LineKind::kMemory:
            return LineSort::kMemory;
        case LineKind::kStorage:
            return LineSort::kStorage;
        case LineKind::kEgress:
            return LineSort::kEgress;
        case LineKind::kInputTokens:
            return LineSort::kInputTokens;
        case LineKind::kCachedTokens:
            return LineSort::kCachedTokens;
        case LineKind::kOutputTokens:
            return LineSort::kOutputTokens;
        case LineKind::kRequests:
            return LineSort::kRequests;
        case LineKind::kCommitmentDiscount:
        case LineKind::kUnusedCommitments:
            return LineSort::kCommitment;
        default:
            return LineSort::kGpuTime;
    }
}

/// Turns one pool's bill into lines.
class LineWriter {
public:
    LineWriter(const PoolResult& pool, Ratio scale)
        : pool_(pool), purchase_(pool.bill->purchase), scale_(scale) {
        bill_ = price_usage(purchase_, pool.bill->totals, scale);
    }

    void write(std::vector<PredictedLine>& lines) {
        const std::size_t first = lines.size();
        if (purchase_.contract.price)
            lines.push_back(line(LineSort::kGpuTime, {}, *purchase_.contract.price));
        for (const BillLine& one : bill_.lines) add(one, lines, first);
        Money sum;
        for (std::size_t i = first; i < lines.size(); ++i) sum += lines[i].amount;
        SPILLWAY_CHECK(sum == bill_.total, "the lines of an invoice differ from the bill");
    }

private:
    PredictedLine line(LineSort sort, const std::string& name, const Price& price) const {
        PredictedLine one;
        one.pool = pool_.setup.name;
        one.sort = sort;
        one.name = fmt::format("{}: {}{}{}", one.pool, line_sort_name(sort), name.empty() ? "" : " ", name);
        one.measure = measure_of(price.unit);
        if (one.measure == Measure::kTime && purchase_.contract.per == PricePer::kInstance)
            one.gpus = purchase_.gpus_per_instance;
        one.price = format_price(price);
        const Provenance& from = purchase_.contract.provenance;
        if (!from.catalog.empty())
            one.price_from = fmt::format("{}, {}", from.catalog, from.date);
        return one;
    }
    Int128 scaled(Int128 usage) const {
        // Whole parts first, so that a month of a large fleet fits.
        const Int128 below = scale_.denominator;
        const Int128 above = scale_.numerator;
        return usage / below * above + usage % below * above / below;
    }

    void add(const BillLine& one, std::vector<PredictedLine>& lines, std::size_t first) const {
        const LineSort sort = sort_of_kind(one.kind);
        if (one.at_list)
            return add_at_other_price(one, lines, first);
        if (sort == LineSort::kGpuTime) {
            PredictedLine& time = lines[first];
            time.usage += scaled(one.usage);
            time.amount += one.amount;
            if (line_group(one.kind) == "idle")
                time.idle += scaled(one.usage);
            if (line_group(one.kind) == "starting")
                time.starting += scaled(one.usage);
            if (one.kind == LineKind::kRounding)
                time.rounding += scaled(one.usage);
            return;
        }
        add_to(named_line(sort, one, lines, first), one, one.amount);
    }
    /// Steps and commitments are charged at list before: their time moves from there into a line of its own.
    void add_at_other_price(const BillLine& one, std::vector<PredictedLine>& lines, std::size_t first) const {
        const Money at_list = charge_gpu_time(purchase_, one.usage, scale_);
        lines[first].usage -= scaled(one.usage);
        lines[first].amount -= at_list;
        const LineSort sort = one.kind == LineKind::kSteps ? LineSort::kGpuTime : LineSort::kCommitment;
        add_to(named_line(sort, one, lines, first), one, one.amount + at_list);
    }
    void add_to(PredictedLine& line, const BillLine& one, Money amount) const {
        line.usage += scaled(one.usage);
        line.amount += amount;
    }
    /// Tiers of egress, and what a commitment covers and does not, are one line each.
    PredictedLine& named_line(LineSort sort, const BillLine& one, std::vector<PredictedLine>& lines,
                              std::size_t first) const {
        PredictedLine made = line(sort, one.name, one.price);
        for (std::size_t i = first; i < lines.size(); ++i) {
            if (lines[i].name == made.name)
                return lines[i];
        }
        return lines.emplace_back(std::move(made));
    }

    const PoolResult& pool_;
    const Purchase& purchase_;
    Ratio scale_;
    Bill bill_;
};

}  // namespace

std::string_view line_sort_name(LineSort sort) noexcept {
    return kLineSortNames[static_cast<std::size_t>(sort)];
}

std::vector<PredictedLine> predicted_lines(const RunResult& result, Ratio scale) {
    std::vector<PredictedLine> lines;
    for (const PoolResult& pool : result.pools) {
        if (pool.bill)
            LineWriter(pool, scale).write(lines);
    }
    return lines;
}

std::vector<PredictedLine> contract_lines(const Assembly& assembly, Duration window) {
    std::vector<PredictedLine> lines;
    for (const PoolSetup& setup : assembly.pools) {
        if (!setup.purchase)
            continue;
        const Contract& contract = setup.purchase->contract;
        PoolResult pool;
        pool.setup = setup;
        pool.bill = PoolBill{};
        pool.bill->purchase = *setup.purchase;
        UsageTotals& totals = pool.bill->totals;
        totals.window = window;
        totals.steps.resize(contract.steps.size());
        totals.covered.resize(contract.commitments.size());
        totals.unused.resize(contract.commitments.size());
        totals.storage.resize(contract.storage.size());
        LineWriter(pool, {}).write(lines);
    }
    return lines;
}

}  // namespace spillway
