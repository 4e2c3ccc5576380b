#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "sim/core/config.hpp"
#include "sim/core/registry.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"
#include "sim/fleet/request_source.hpp"
#include "traces/combine/block_plan.hpp"
#include "traces/resampling.hpp"

namespace spillway {

/// Gives each source that makes requests of its own (a file, a generator; not a combination) a number, in the
/// order of the scenario. Owned by whoever builds the sources.
class EntityCounter {
public:
    std::uint64_t next_leaf() noexcept { return ++last_; }

private:
    std::uint64_t last_ = 0;
};

/// The id of a leaf's n-th request (or session, or prefix block): equal under every policy, unique in the
/// run. Requires: leaf < 2^16, number < 2^48.
constexpr std::uint64_t entity_id(std::uint64_t leaf, std::uint64_t number) noexcept {
    return leaf << 48 | number;
}

/// An id that a file gives (a session, a prefix block), made unique among leaves; those of 2^48 and above are
/// hashed into the space.
constexpr std::uint64_t scoped_id(std::uint64_t leaf, std::uint64_t id) noexcept {
    constexpr std::uint64_t kNumbers = (std::uint64_t{1} << 48) - 1;
    return entity_id(leaf, id <= kNumbers ? id : (id ^ id >> 32) * 0x9e3779b97f4a7c15 >> 16);
}

/// What one reader made of its file so far.
struct ReadCount {
    std::string file;                         ///< as the scenario names it
    std::uint64_t rows = 0;                   ///< data rows looked at
    std::uint64_t bad = 0;                    ///< left out because skip_bad_rows was set
    std::uint64_t filtered = 0;               ///< left out because a parameter asked for it
    std::optional<BlockPlan> resampled = {};  ///< how it is made anew; empty: it is played as recorded
};

/// Where readers keep their counts, so that they can be reported however deep a reader is wrapped.
/// Must outlive the sources.
class ReadLog {
public:
    ReadCount& add(std::string file) { return counts_.emplace_back(ReadCount{std::move(file)}); }
    const std::deque<ReadCount>& counts() const noexcept { return counts_; }

private:
    std::deque<ReadCount> counts_;  // a deque: readers hold references to its elements
};

/// Whether a source may turn out to have nothing to play: a warm-up may, measured traffic may not.
enum class Emptiness : std::uint8_t { kRefused, kAllowed };

/// What a source must know of the run that it feeds. `entities` and `reads` must outlive the sources.
struct SourceContext {
    RunSeed seed;
    ClassId class_id;
    SimTime begin;                 ///< first moment of traffic: 0, or before it by the warm-up
    std::optional<SimTime> end;    ///< no arrival at or after it is wanted; empty: the traffic's own end
    std::int64_t wall_clock = 0;   ///< the scenario's wall clock at time 0, in seconds since 1970
    std::filesystem::path folder;  ///< relative file names start here
    EntityCounter& entities;
    ReadLog& reads;
    Emptiness emptiness = Emptiness::kRefused;
    std::optional<Resampling> resample = {};   ///< empty: recorded traffic is played as it is
    std::optional<SimTime> measured_end = {};  ///< of measured traffic, also for a part of it or a warm-up
};

/// Builds one source from its parameters; `params` holds "source" and the entry's own ones, each of which is
/// read. Throws InputError.
using MakeSource = std::unique_ptr<RequestSource>(ParamReader& params, const SourceContext& context);

/// All readers, generators and combinations, as `spillway list readers` prints them.
std::span<const RegistryEntry<MakeSource>> source_registry();

/// The entry that {"source": ...} names. Throws InputError.
const RegistryEntry<MakeSource>& source_entry(const ConfigNode& node);

/// Reads {"source": "azure-llm", parameters of that entry} with what traces/combine/combine.hpp adds to every
/// source (cut, repeat, scale). Throws InputError.
std::unique_ptr<RequestSource> make_source(const ConfigNode& node, const SourceContext& context);

}  // namespace spillway
