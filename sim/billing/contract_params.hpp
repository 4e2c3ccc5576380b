#pragma once

#include <array>

#include "sim/core/config.hpp"

// The parameter tables of a contract, in one place for the reader, the lists and the schema.
namespace spillway::contract_tables {

constexpr ParamSpec optional_choice(std::string_view name, std::string_view choices,
                                    std::string_view meaning) {
    return {name, ParamKind::kChoice, Presence::kOptional, {}, meaning, choices};
}

// Everything is optional: a contract is laid over the catalog's, which is laid over the platform's.
inline constexpr std::array kBilled{
    optional_param("throttled", ParamKind::kFlag, "Waiting for a GPU that the supply has not (false)."),
    optional_param("acquire", ParamKind::kFlag, "Finding or booting the node (false)."),
    optional_param("pull", ParamKind::kFlag, "Pulling the image (true)."),
    optional_param("init", ParamKind::kFlag, "Container, runtime, weights, graphs, warm-up (true)."),
    optional_param("idle", ParamKind::kFlag, "Ready without a request (true)."),
    optional_param("draining", ParamKind::kFlag, "Finishing what it has before it stops (true)."),
    optional_param("stopping", ParamKind::kFlag, "Empty and on its way out (true)."),
    optional_param("failed", ParamKind::kFlag, "Time in the failed state (false)."),
    optional_param("failed_start", ParamKind::kFlag, "A start that failed, in its billed states (true)."),
    optional_param("cancelled_start", ParamKind::kFlag, "A start that was cancelled, likewise (true)."),
};
inline constexpr std::array kStep{
    required_param("first", ParamKind::kCount,
                   "So many of the workers that are billed at once, less those of an earlier step."),
    required_param("price", ParamKind::kPrice, "What each of them costs."),
};
inline constexpr std::array kCommitment{
    optional_param("instances", ParamKind::kCount, "A reservation: instances paid for around the clock."),
    optional_param("spend", ParamKind::kPrice,
                   "A savings plan, in place of instances: money paid around the clock, per h."),
    optional_param("price", ParamKind::kPrice,
                   "Of an instance or GPU under it, used or not (that of the catalog's commitment)."),
};
inline constexpr std::array kCpu{
    optional_param("vcpu", ParamKind::kNumber, "vCPUs of an instance, to a thousandth."),
    optional_param("price", ParamKind::kPrice, "Per vCPU-s or vCPU-h."),
};
inline constexpr std::array kMemory{
    optional_param("size", ParamKind::kBytes, "Memory of an instance."),
    optional_param("price", ParamKind::kPrice, "Per GiB-s, GiB-h or GB-s."),
};
inline constexpr std::array kStorage{
    required_param("name", ParamKind::kText,
                   "Names the line on the bill; that of the catalog keeps its price."),
    optional_param("size", ParamKind::kBytes, "Of each one."),
    optional_param("price", ParamKind::kPrice, "Per GB-month or GiB-month."),
    optional_choice(
        "when", "running|always",
        "running: one for each instance while it is billed; always: one for the pool around the clock."),
    optional_param("step", ParamKind::kDuration,
                   "running: each life is rounded up to a multiple (not rounded)."),
};
inline constexpr std::array kTier{
    optional_param("up_to", ParamKind::kBytes, "Bound of the tier, in bytes a month beyond the free ones."),
    required_param("price", ParamKind::kPrice, "Per GB or GiB."),
};
inline constexpr std::array kEgress{
    optional_param("price", ParamKind::kPrice, "Per GB or GiB, for every byte."),
    list_param("tiers", kTier, "In place of price; the last tier has no up_to."),
    optional_param("free", ParamKind::kBytes, "Bytes a month that cost nothing."),
    optional_param("bytes_per_request", ParamKind::kBytes, "Sent for each completed request (0B)."),
    optional_param("bytes_per_output_token", ParamKind::kBytes, "Sent for each output token (0B)."),
};
inline constexpr std::array kTokens{
    required_param("input", ParamKind::kPrice, "Per Mtok or ktok of prompt."),
    required_param("output", ParamKind::kPrice, "Per Mtok or ktok of answer."),
    optional_param("cached_input", ParamKind::kPrice, "Of prompt that the provider had cached (like input)."),
    default_param("cached_share", ParamKind::kRatio, "0", "Share of the prompt tokens that are cached."),
    optional_param("request", ParamKind::kPrice, "Per request, on top."),
};

inline constexpr std::array kContract{
    optional_param("catalog", ParamKind::kText, "A price of the catalog, over which the rest is laid."),
    optional_param("instance", ParamKind::kPrice, "Of an instance or, with per: gpu, of one of its GPUs."),
    optional_choice("per", "instance|gpu", "What the price buys (instance)."),
    optional_param("gpus", ParamKind::kCount,
                   "GPUs of the instance that the price buys; the pool must agree."),
    list_param("steps", kStep, "Cheaper or dearer first workers; the rest pay the price above."),
    object_param("billed", kBilled, "Which parts of a worker's life cost money; serving always does."),
    optional_param("step", ParamKind::kDuration,
                   "Each life is rounded up to a multiple of it; 0s: not (1s)."),
    optional_param("minimum", ParamKind::kDuration,
                   "Each life that is billed at all costs at least this (0s)."),
    object_param("cpu", kCpu, "vCPU meter, over the billed time."),
    object_param("memory", kMemory, "Memory meter, over the billed time."),
    list_param("storage", kStorage, "Disks and volumes."),
    object_param("egress", kEgress, "Bytes of answers that leave the platform."),
    list_param("commitments", kCommitment,
               "Reservations and savings plans: paid for by the hour, used or not."),
    object_param("tokens", kTokens, "A pay-per-token API in place of instances."),
    optional_param("month", ParamKind::kDuration, "How long a month of prices and allowances is (720h)."),
    optional_param("multiplier", ParamKind::kNumber,
                   "On the prices of instances, vCPUs and memory, not of commitments or storage: a pinned "
                   "region, a protected tier (1)."),
};

}  // namespace spillway::contract_tables
