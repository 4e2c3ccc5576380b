#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/run/run_result.hpp"
#include "sim/billing/bill.hpp"

namespace spillway {

/// What an invoice can tell apart. It shows for how long a GPU was paid for, not whether it was busy.
enum class LineSort : std::uint8_t {
    kGpuTime,
    kCommitment,  ///< what is paid around the clock, used or not
    kCpu,
    kMemory,
    kStorage,
    kEgress,
    kInputTokens,
    kCachedTokens,
    kOutputTokens,
    kRequests,
};
constexpr int kLineSorts = 10;
/// "GPU time".
std::string_view line_sort_name(LineSort sort) noexcept;

/// What a run's bill comes to in the terms of an invoice: one pool's line.
struct PredictedLine {
    std::string pool;
    LineSort sort = LineSort::kGpuTime;
    std::string name;  ///< "gpu: GPU time", "gpu: storage container disk"
    Measure measure = Measure::kTime;
    Int128 usage = 0;  ///< in base units; of time GPU-ns
    Money amount;
    int gpus = 1;     ///< of kTime: that the price buys at once, and an invoice counts as one
    Int128 idle = 0;  ///< of the usage of kGpuTime, by what the time was spent on
    Int128 starting = 0;
    Int128 rounding = 0;
    std::string price;       ///< as the contract has it
    std::string price_from;  ///< its place in the price book and its date; empty: the scenario's own
};

/// The lines of every priced pool, in their order, usage and amounts at `scale`. Their amounts are those of
/// the pools' bills, to the nano-dollar. Contracts alone say which lines there are, never what was used.
std::vector<PredictedLine> predicted_lines(const RunResult& result, Ratio scale);

/// The same lines as a run of the assembly will have, without any usage: what a mapping may name.
std::vector<PredictedLine> contract_lines(const Assembly& assembly, Duration window);

}  // namespace spillway
