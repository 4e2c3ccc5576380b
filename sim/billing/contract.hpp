#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/billing/price.hpp"
#include "sim/core/time.hpp"
#include "sim/fleet/worker_state.hpp"

namespace spillway {

/// What the price buys.
enum class PricePer : std::uint8_t { kInstance, kGpu };

/// Which parts of a worker's life cost money. Serving requests always does.
struct BilledStates {
    bool throttled = false;  ///< asked for, and the supply has no GPU
    bool acquire = false;
    bool pull = true;
    bool init = true;  ///< container, runtime, weights, graphs, warm-up
    bool idle = true;
    bool draining = true;
    bool stopping = true;
    bool failed = false;          ///< time spent in the failed state
    bool failed_start = true;     ///< of a start that failed: its states above; false: nothing
    bool cancelled_start = true;  ///< the same for a start that was cancelled
};

/// Whether time in `state` costs money, leaving aside how the life ends.
bool bills(const BilledStates& billed, WorkerState state) noexcept;

/// Of the workers (instances, where several share one) that are billed at once, the first so many, less those
/// of an earlier step: whichever they are.
struct PriceStep {
    int first;
    Price price;
};

/// What is paid around the clock, used or not. A reservation is for a number of instances: each clock hour,
/// up to that many instance-hours of use cost nothing more. A savings plan is for an amount of money: each
/// clock hour, as much use costs nothing more as that money buys at `price`.
struct Commitment {
    int instances = 0;                          ///< 0 for a savings plan
    Price price;                                ///< of an instance or GPU under the commitment
    std::optional<Price> spend = std::nullopt;  ///< of a savings plan
};

/// vCPUs of an instance, metered apart.
struct CpuMeter {
    std::int64_t milli_vcpus;
    Price price;
};

struct MemoryMeter {
    std::int64_t bytes;
    Price price;
};

enum class StorageTime : std::uint8_t {
    kRunning,  ///< one for each instance, while the instance is billed
    kAlways,   ///< one for the pool, around the clock
};

struct Storage {
    std::string name;
    std::int64_t bytes;
    Price price;
    StorageTime time;
    Duration step{0};  ///< kRunning: each life is rounded up to a multiple; 0: not rounded
};

/// Bytes of a month beyond the free ones, up to a bound; the last tier has none.
struct EgressTier {
    std::optional<std::int64_t> up_to;
    Price price;
};

struct Egress {
    std::int64_t free_bytes = 0;  ///< a month
    std::vector<EgressTier> tiers;
    std::int64_t bytes_per_request = 0;
    std::int64_t bytes_per_output_token = 0;
};

/// A pay-per-token API.
struct TokenPrices {
    Price input;
    Price output;
    std::optional<Price> cached_input;    ///< empty: like other input
    std::int64_t cached_per_million = 0;  ///< of the input tokens
    std::optional<Price> request;
};

/// Where a price comes from. Empty for one that the user gave.
struct Provenance {
    std::string catalog;
    std::string source;
    std::string date;
    std::string confidence;
    std::string note;
};

/// What a pool pays. A value type; read_contract() has checked it.
struct Contract {
    std::optional<Price> price;  ///< empty for a pay-per-token API
    PricePer per = PricePer::kInstance;
    std::optional<int> gpus;  ///< of the instance that the price buys, where the price says so
    std::vector<PriceStep> steps;
    BilledStates billed;
    Duration step{std::chrono::seconds{1}};  ///< a life is rounded up to a multiple; 0: not rounded
    Duration minimum{0};
    std::optional<CpuMeter> cpu;
    std::optional<MemoryMeter> memory;
    std::vector<Storage> storage;
    std::optional<Egress> egress;
    std::vector<Commitment> commitments;
    std::optional<TokenPrices> tokens;
    Duration month{std::chrono::hours{720}};
    Provenance provenance;
};

/// How a pool uses its contract.
struct Purchase {
    Contract contract;
    int gpus_per_worker = 1;
    int gpus_per_instance = 1;

    /// Instances, not workers, are what is rounded and priced: some of their GPUs may be stranded.
    bool shares_instances() const noexcept { return gpus_per_worker != gpus_per_instance; }
};

/// How many instances the commitment covers at once; a savings plan's is seldom whole. Requires:
/// check_purchase() took the purchase.
Ratio covered_instances(const Commitment& commitment, const Purchase& purchase);

/// Throws InputError at `where` when the pool cannot be billed under its contract: a price for eight GPUs
/// where instances have four, unbilled idle time on instances that several workers share.
void check_purchase(const Purchase& purchase, const std::string& where);

}  // namespace spillway
