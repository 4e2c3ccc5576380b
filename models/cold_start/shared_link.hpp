#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/int128.hpp"
#include "sim/core/time.hpp"

namespace spillway {

using LinkId = Id<struct LinkKind>;
using TransferId = Id<struct TransferKind>;

/// That one transfer may move, and bytes a second at most.
inline constexpr double kMostBytes = 1e15;

/// Links that move bytes for several at once, shared max-min fairly: the rates of all transfers grow together
/// until a link is full or a transfer has reached its own limit; those stay, and the others grow on
/// (Bertsekas and Gallager, "Data Networks", 6.5.2). Over one link that is processor sharing.
///
/// Rates are constant between two changes, and work is counted in whole multiples of 2^-20 byte-nanoseconds a
/// second, so that who asks first, or how often, changes no end. A share is rounded down by less than 2^-20
/// bytes a second, an end up to the next nanosecond. Each change costs time proportional to the transfers
/// under way, times the number of different rates among them. Single-threaded.
class SharedLinks {
public:
    /// Requires: bytes_per_second from 1 to 1e15.
    LinkId add(double bytes_per_second);

    struct Haul {
        std::int64_t bytes = 0;
        std::vector<LinkId> links;                   ///< that it crosses, each once
        std::optional<double> limit = std::nullopt;  ///< bytes a second at most
    };
    /// Begins to move bytes at `now`, which must not lie before the last change. Requires: 0 to 1e15 bytes,
    /// over a link or with a limit.
    TransferId begin(Haul haul, SimTime now);
    /// Takes it off its links, done or not.
    void end(TransferId transfer, SimTime now);

    /// When it is done unless something changes before: the present where nothing is left to move.
    SimTime ends_at(TransferId transfer) const;
    /// Bytes that it has yet to move at `now`, a started one counted whole.
    std::int64_t bytes_left(TransferId transfer, SimTime now) const;
    /// What it takes to move when nobody else uses its links.
    Duration alone(const Haul& haul) const;
    std::size_t under_way() const noexcept { return active_.size(); }

private:
    using Work = Int128;  // 2^-20 byte-nanoseconds a second
    struct Link {
        Work rate;  // work a nanosecond
        Work free;  // of the rate, while shares are worked out
        int open = 0;
    };
    struct Transfer {
        Work left;
        Work limit;
        Work rate;
        std::vector<LinkId> links;
    };
    void settle(SimTime now);
    void share();
    Work smallest_share(const std::vector<std::uint32_t>& open) const;
    bool is_held_at(const Transfer& transfer, Work share) const;

    std::vector<Link> links_;
    std::vector<Transfer> transfers_;    // by TransferId
    std::vector<std::uint32_t> unused_;  // TransferIds
    std::vector<std::uint32_t> active_;  // in the order of their beginning
    SimTime settled_;
};

}  // namespace spillway
