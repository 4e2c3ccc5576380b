#include "models/cold_start/phase_time.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

// A longer phase is a slip of the pen (a bandwidth in B/s for one in GB/s), and far from where time
// overflows.
constexpr double kLongestTransferSeconds = 30.0 * 24 * 3600;

Distribution parse_noise(ParamReader& reader) {
    const ConfigNode* node = reader.node("noise");
    if (node == nullptr)
        return Distribution::constant(1);
    Distribution noise = parse_distribution(*node, LawUnit::kNumber);
    if (std::abs(noise.mean() - 1) > 1e-6) {
        throw InputError(reader.where("noise"), "the noise of a transfer must have mean 1",
                         "divide its values by their mean and the bandwidth by the same factor");
    }
    return noise;
}

PhaseTime parse_transfer(ParamReader& reader, std::optional<std::int64_t> default_bytes) {
    const std::optional<std::int64_t> said = reader.optional_bytes("bytes");
    const std::optional<std::int64_t> bytes = said ? said : default_bytes;
    const auto bandwidth = reader.optional_byte_rate("bandwidth");
    const Duration latency = reader.optional_duration("latency").value_or(Duration::zero());
    Distribution noise = parse_noise(reader);
    if (!bytes || !bandwidth) {
        throw InputError(reader.where(), "a phase needs a time, or bytes with a bandwidth",
                         R"(write "time": "12s", or "bytes": "16GiB" with "bandwidth": "3.2GB/s")");
    }
    const double seconds = static_cast<double>(*bytes) / *bandwidth;
    if (!(seconds <= kLongestTransferSeconds)) {
        throw InputError(reader.where("bandwidth"), "at this bandwidth the bytes take more than 30 days",
                         R"(write the rate with its unit, as in "3.2GB/s")");
    }
    return PhaseTime::transfer(latency, seconds, std::move(noise));
}

}  // namespace

Duration PhaseTime::at(double u) const {
    if (scale_ == 1)
        return latency_ + law_.duration(u);
    return latency_ + from_seconds(std::max(0.0, scale_ * law_.quantile(u)));
}

PhaseTime parse_phase_time(ParamReader& reader, std::optional<std::int64_t> default_bytes) {
    const ConfigNode* time = reader.node("time");
    if (time == nullptr)
        return parse_transfer(reader, default_bytes);
    for (const std::string_view name : {"bytes", "bandwidth", "latency", "noise"}) {
        if (reader.has(name)) {
            throw InputError(reader.where(name), "a phase has a time or a transfer, not both",
                             "leave out either \"time\" or \"" + std::string(name) + "\"");
        }
    }
    return PhaseTime::law(parse_distribution(*time, LawUnit::kSeconds));
}

}  // namespace spillway
