#include "models/cold_start/phase_error.hpp"

#include "models/cold_start/loaders.hpp"
#include "models/gpu_profile/kernel_times.hpp"
#include "sim/core/check.hpp"

namespace spillway {
namespace {

StatedError error_of_loader(ParamReader& reader) {
    const Loader& loader = find_loader(*reader.optional_text("loader"), reader.optional_text("storage"),
                                       reader.where("loader"), reader.where("storage"));
    return {"loader " + loader.name + " on " + loader.storage, loader.left_out_error};
}

StatedError error_of_measured(ParamReader& reader, const GpuProfile* profile) {
    const TimeLine* time =
        profile == nullptr ? nullptr : find_time(*profile, *reader.optional_text("measured"));
    SPILLWAY_CHECK(time != nullptr, "a phase was timed by what its profile does not have");
    const double error = time->quality.left_out_error;
    return {profile->name + " " + time->name, error > 0 ? std::optional(error) : std::nullopt};
}

void scale(PhaseHaul& haul, double factor) {
    haul.latency = scaled(haul.latency, factor);
    if (haul.limit)
        *haul.limit /= factor;
}

}  // namespace

StatedError error_of_phase(ParamReader& reader, const std::string& name, const GpuProfile* profile,
                           std::string_view pool) {
    if (const std::optional<double> own = read_error(reader))
        return {"start: " + name + " of " + std::string(pool), own};
    if (reader.has("loader"))
        return error_of_loader(reader);
    if (reader.has("measured"))
        return error_of_measured(reader, profile);
    return {"start: " + name, std::nullopt};
}

void scale(PhaseWays& ways, double factor) {
    ways.time = ways.time.scaled(factor);
    if (!ways.need)
        return;
    ways.need->on_disk = ways.need->on_disk.scaled(factor);
    ways.need->in_memory = ways.need->in_memory.scaled(factor);
    if (ways.need->away)
        scale(*ways.need->away, factor);
    if (ways.need->from_disk)
        scale(*ways.need->from_disk, factor);
}

}  // namespace spillway
