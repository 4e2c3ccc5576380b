#include "models/cold_start/phase_time.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/gpu_profile/kernel_times.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

PhaseTime parse_transfer(ParamReader& reader, const PhaseGround& ground) {
    const std::optional<std::int64_t> said = reader.optional_bytes("bytes");
    const std::optional<std::int64_t> bytes = said ? said : ground.bytes;
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

const TimeLine& measured_time(const GpuProfile* profile, const std::string& name, const std::string& where) {
    std::vector<std::string_view> names;
    if (profile != nullptr) {
        if (const TimeLine* time = find_time(*profile, name))
            return *time;
        for (const TimeLine& time : profile->times) names.emplace_back(time.name);
    }
    if (names.empty())
        throw InputError(where, "the pool's GPU has no profile in which starts were measured",
                         "`spillway-probe` and `spillway calibrate fit` make one; \"gpu_profiles\" names it");
    throw unknown_name(where, "measured time", name, names);
}

/// How many bytes or nodes a measured time is of.
double counted(ParamReader& reader, const TimeLine& time, const PhaseGround& ground) {
    const std::optional<std::int64_t> bytes = reader.optional_bytes("bytes");
    const std::optional<std::int64_t> count = reader.optional_integer("count");
    if (time.unit == "byte" && (bytes || ground.bytes) && !count)
        return static_cast<double>(bytes ? *bytes : *ground.bytes);
    if (time.unit == "node" && count && *count > 0 && !bytes)
        return static_cast<double>(*count);
    if (time.unit.empty() && !count && !bytes)
        return 0;
    const std::string hint = time.unit == "byte"   ? R"(write "bytes": "16GiB", and no "count")"
                             : time.unit == "node" ? R"(write "count": 1000, and no "bytes")"
                                                   : R"(leave out "bytes" and "count")";
    throw InputError(reader.where("measured"),
                     "\"" + time.name + "\" grows with " + (time.unit.empty() ? "nothing" : time.unit + "s"),
                     hint);
}

PhaseTime parse_measured(ParamReader& reader, const PhaseGround& ground) {
    const std::string name = *reader.optional_text("measured");
    const TimeLine& time = measured_time(ground.profile, name, reader.where("measured"));
    const double seconds = line_seconds(time, counted(reader, time, ground));
    if (!(seconds <= kLongestTransferSeconds))
        throw InputError(reader.where("measured"), "takes more than 30 days");
    constexpr double kNoScatter = 1e-6;
    return PhaseTime::transfer(
        Duration::zero(), seconds,
        time.variation > kNoScatter ? Distribution::lognormal(1, time.variation) : Distribution::constant(1));
}

}  // namespace

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

void check_byte_rate(double rate, const std::string& where) {
    if (!(rate >= 1 && rate <= 1e15))
        throw InputError(where, "is out of range: 1 B/s to 1e15 B/s", R"(write it with its unit, "3.2GB/s")");
}

Duration PhaseTime::at(double u) const {
    if (scale_ == 1)
        return latency_ + law_.duration(u);
    return latency_ + from_seconds(std::max(0.0, scale_ * law_.quantile(u)));
}

PhaseTime parse_phase_time(ParamReader& reader, const PhaseGround& ground) {
    const auto refuse_beside = [&](std::string_view chosen, std::initializer_list<std::string_view> others) {
        for (const std::string_view name : others) {
            if (reader.has(name)) {
                throw InputError(
                    reader.where(name),
                    "a phase has a time, a transfer or a measured time, and only one of them",
                    "leave out either \"" + std::string(chosen) + "\" or \"" + std::string(name) + "\"");
            }
        }
    };
    if (reader.has("measured")) {
        refuse_beside("measured", {"time", "bandwidth", "latency", "noise"});
        return parse_measured(reader, ground);
    }
    if (reader.has("count"))
        throw InputError(reader.where("count"), "goes with \"measured\" alone", "leave it out");
    const ConfigNode* time = reader.node("time");
    if (time == nullptr)
        return parse_transfer(reader, ground);
    refuse_beside("time", {"bytes", "bandwidth", "latency", "noise"});
    return PhaseTime::law(parse_distribution(*time, LawUnit::kSeconds));
}

}  // namespace spillway
