#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/cold_start/node_cache.hpp"
#include "models/cold_start/shared_link.hpp"
#include "sim/core/distribution.hpp"
#include "sim/core/rng.hpp"
#include "sim/fleet/startup_model.hpp"

namespace spillway {

enum class StoredKind : std::uint8_t { kImage, kWeights, kSnapshot };

/// Something that a host may keep.
struct Stored {
    StoredKind kind = StoredKind::kImage;
    CacheKey key;  ///< its name is one of StartGround::name()
    std::int64_t bytes = 0;
    bool is(const Stored& other) const noexcept { return kind == other.kind && key == other.key; }
};

/// How near to the GPU it lies.
enum class Level : std::uint8_t { kAway, kDisk, kMemory };

/// One start's hold on what a host keeps.
struct Pin {
    Stored stored;
    bool on_disk = false;
    bool in_memory = false;
};

/// What the hosts of one group have. What is absent they do without: nothing is kept there, nothing is
/// shared.
struct HostGear {
    std::optional<std::int64_t> image_cache;   ///< bytes of disk for images
    std::optional<std::int64_t> weight_cache;  ///< bytes of disk for weights and snapshots
    std::optional<std::int64_t> memory_cache;  ///< bytes of host memory for weights
    std::optional<double> nic;                 ///< bytes a second, of all transfers to the host
    std::optional<double> disk;                ///< bytes a second, of all reads of its disk
    std::optional<Distribution> churn;         ///< seconds unused until others' use has evicted an entry
};

struct LinkSpec {
    std::string name;
    double bandwidth;  ///< bytes a second
};

struct GroundSpec {
    RunSeed seed;
    std::vector<LinkSpec> links;
    std::vector<HostGear> gear;          ///< of the groups of hosts
    std::vector<std::uint32_t> gear_of;  ///< by HostId: its group
};

using FetchId = Id<struct FetchKind>;

/// The hosts and links of a run, which the starts of all its pools share. Two pools that name the same image
/// or weights share what a host keeps of them, and compete for its room.
///
/// Owned by the pools' start-up models together, for the fleet may drop them in any order. Single-threaded;
/// times must not go back.
class StartGround {
public:
    explicit StartGround(GroundSpec spec = {});

    // While models are made.

    /// Throws InputError at `where` for a link that the scenario lacks.
    LinkId link(std::string_view name, const std::string& where) const;
    double bandwidth(LinkId link) const { return spec_.links[link.value].bandwidth; }
    /// The number of that name; InputError at `where` when another pool states another size.
    std::uint32_t name(StoredKind kind, const std::string& name, std::int64_t bytes,
                       const std::string& where);
    /// A number for a pool, 1 or more.
    std::uint32_t add_owner() { return ++owners_; }

    /// Whether anything is said of what hosts have.
    bool has_gear() const noexcept { return !spec_.gear.empty(); }

    // What hosts keep. A host that is not known keeps nothing.

    Level level(std::optional<HostId> host, const Stored& stored, SimTime now);
    /// It is there at `now`, on disk and, of weights, in memory: kept where there is room.
    void keep(std::optional<HostId> host, const Stored& stored, SimTime now);
    void use(std::optional<HostId> host, const Stored& stored, SimTime now);
    /// While it is pinned it stays where it lies.
    Pin pin(std::optional<HostId> host, const Stored& stored, SimTime now);
    void unpin(std::optional<HostId> host, const Pin& pin);
    void host_lost(HostId host);
    bool has_disk_for(std::optional<HostId> host, StoredKind kind) const;
    /// On disk or in memory.
    bool may_keep(std::optional<HostId> host, StoredKind kind) const;

    // What moves.

    std::optional<LinkId> nic(std::optional<HostId> host) const;
    std::optional<LinkId> disk(std::optional<HostId> host) const;
    /// Moves bytes, and `keeps` what they are on the host when they are there. What another start of the host
    /// is fetching already is not fetched twice: the fetch under way serves both.
    FetchId fetch(std::optional<HostId> host, std::optional<Stored> keeps, SharedLinks::Haul haul,
                  SimTime now);
    /// Lets go of a fetch, done or not. One that nobody waits for ends.
    void release(FetchId fetch, SimTime now);
    /// When it is done, as things stand.
    SimTime ends_at(FetchId fetch) const;
    /// What a fetch takes when nobody else uses its links.
    Duration alone(const SharedLinks::Haul& haul) const { return links_.alone(haul); }
    std::size_t transfers_under_way() const noexcept { return links_.under_way(); }

private:
    struct Host {
        std::optional<NodeCache> images;
        std::optional<NodeCache> disk_weights;
        std::optional<NodeCache> memory;
        std::optional<LinkId> nic;
        std::optional<LinkId> disk;
    };
    struct Name {
        StoredKind kind;
        std::string name;
        std::int64_t bytes;
        StreamKey churn;
    };
    struct Fetch {
        TransferId transfer;
        int users = 0;
        std::optional<SimTime> done;
        std::optional<HostId> host;
        std::optional<Stored> keeps;
    };
    NodeCache* disk_cache(std::optional<HostId> host, StoredKind kind);
    NodeCache* memory_cache(std::optional<HostId> host, StoredKind kind);
    std::optional<SimTime> evicted_at(HostId host, const Stored& stored, SimTime now) const;
    void settle(SimTime now);

    GroundSpec spec_;
    SharedLinks links_;
    std::vector<Host> hosts_;  // by HostId
    std::vector<Name> names_;
    std::uint32_t owners_ = 0;
    std::vector<Fetch> fetches_;         // by FetchId; users 0: unused
    std::vector<std::uint32_t> open_;    // not done, in the order of their beginning
    std::vector<std::uint32_t> unused_;  // FetchIds
};

}  // namespace spillway
