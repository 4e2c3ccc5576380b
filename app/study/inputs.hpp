#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/scenario/scenario.hpp"

namespace spillway {

/// What a scenario was run on, beside its own settings: two results compare as a change of settings only when
/// these are equal.
struct Inputs {
    std::string traffic;  ///< digest of the requests that are offered, in hexadecimal
    std::uint64_t requests =
        0;                   ///< of them; 0 for sources that wait for answers, whose digest is of their text
    std::string price_date;  ///< of the latest price in the book
    std::string prices;      ///< digest of the price book
    std::string files;       ///< digest of other files that the scenario names: profiles, plug-in

    bool operator==(const Inputs&) const = default;
};

/// The requests of a scenario as they are recorded or made, warm-up left out.
struct TrafficFacts {
    std::string digest;
    std::uint64_t requests = 0;
    std::optional<Duration>
        span;  ///< to the whole second after the last request; empty for sources that react
};
TrafficFacts read_traffic(const Scenario& scenario);

/// Reads the traffic once, as recorded, and the price book. Throws InputError for inputs that cannot be read.
Inputs inputs_of(const Scenario& scenario);

/// FNV-1a of 64 bits: an accident-proof name for content, not a secure one.
class Digest {
public:
    void add(std::string_view bytes) noexcept;
    void add(std::uint64_t number) noexcept;
    std::string text() const;

private:
    std::uint64_t state_ = 0xcbf29ce484222325;
};

}  // namespace spillway
