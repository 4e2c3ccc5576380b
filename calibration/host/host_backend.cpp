#include "calibration/host/host_backend.hpp"

#include <algorithm>
#include <fstream>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "calibration/common/host_facts.hpp"
#include "calibration/common/stopwatch.hpp"
#include "calibration/host/child.hpp"
#include "calibration/host/host_means.hpp"
#include "calibration/host/host_probes.hpp"
#include "calibration/host/threaded_kernels.hpp"

namespace spillway {
namespace {

/// A product that stays in the caches, so that it tells of the cores alone.
constexpr std::size_t kSentinelRows = 64;
constexpr std::size_t kSentinelSize = 512;

class HostBackend : public ProbeBackend {
public:
    explicit HostBackend(const BackendOptions& options)
        : means_(options.program, options.folder), probes_(host_probes(means_)) {
        fill_random(operands_, 2);
        constexpr int kWarmUps = 20;  // the first ones pay for fresh memory and a sleeping clock
        for (int i = 0; i < kWarmUps; ++i) sentinel_seconds();
    }

    std::string_view name() const noexcept override { return "host"; }
    std::span<const std::unique_ptr<Probe>> probes() override { return probes_; }

    MachineFacts machine() override {
        const HostFacts facts = host_facts();
        return {"host-cpu",
                {{"memory_bytes", static_cast<double>(facts.memory_bytes)},
                 {"multiprocessors", static_cast<double>(facts.cores)},
                 {"l2_bytes", static_cast<double>(facts.last_level_cache_bytes)}},
                {{"device_name", facts.cpu},
                 {"cpu", facts.cpu},
                 {"instructions", std::string(means_.kernels.instructions)},
                 {"threads", fmt::format("{}", means_.threads.size())},
                 {"kernel", facts.kernel},
                 {"storage", storage_of(means_.files.folder())},
                 {"date", date_today()},
                 {"revision", source_revision()}}};
    }

    std::optional<ClockReading> clocks() override {
        ClockReading reading;
        for (std::size_t cpu = 0; cpu < means_.threads.size(); ++cpu) {
            double kilohertz = 0;
            std::ifstream in(fmt::format("/sys/devices/system/cpu/cpu{}/cpufreq/scaling_cur_freq", cpu));
            if (in >> kilohertz)
                reading.core_mhz = std::max(reading.core_mhz, kilohertz / 1000);
        }
        if (reading.core_mhz > 0)
            return reading;
        return std::nullopt;
    }

    double sentinel_seconds() override {
        constexpr std::size_t kWeights = kSentinelSize * kSentinelSize;
        const ProductPart product{operands_.data() + kWeights,
                                  operands_.data(),
                                  outputs_.data(),
                                  kSentinelRows,
                                  kSentinelSize,
                                  kSentinelSize,
                                  0,
                                  kSentinelSize};
        return seconds_of([&] { means_.kernels.multiply(product); });
    }

private:
    HostMeans means_;
    std::vector<std::unique_ptr<Probe>> probes_;
    std::vector<float> operands_ = std::vector<float>(kSentinelSize * (kSentinelSize + kSentinelRows));
    std::vector<float> outputs_ = std::vector<float>(kSentinelRows * kSentinelSize);
};

OpenedBackend open_host(const BackendOptions& options) {
    return {std::make_unique<HostBackend>(options), {}};
}

}  // namespace

const BackendEntry& host_backend() {
    static constexpr BackendEntry kEntry{"host", "this machine's processors, memory, storage and processes",
                                         open_host, host_child};
    return kEntry;
}

}  // namespace spillway
