#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/scenario/scenario.hpp"

namespace spillway {

/// What is drawn anew in each replication; every interval names it.
struct Vary {
    bool luck = true;     ///< starts, routing, patience, failures
    bool traffic = true;  ///< what generators make; recorded traffic from blocks of itself
    bool model = true;    ///< the stated error of each profile
    std::optional<Duration> block =
        {};  ///< of recorded traffic; empty: traces/combine/block_plan.hpp chooses

    bool any() const noexcept { return luck || traffic || model; }
    bool operator==(const Vary&) const noexcept = default;
};

/// Reads "luck,traffic,model", any of them. Throws InputError at `where`.
Vary parse_vary(std::string_view text, const std::string& where);

/// "luck, traffic and model error".
std::string show_vary(const Vary& vary);

/// What replication number `replication` of a scenario with the draws `base` is keyed by. What does not vary
/// keeps its key; recorded traffic that varies comes from the recordings of `base`, if it has any.
Draws draws_of(const Draws& base, const Vary& vary, std::uint64_t replication);

/// In words, a line each: what recorded traffic is drawn from and how, and the stated errors of the models,
/// those without one named as such. Of what does not vary, nothing. Throws InputError as assemble() does.
std::vector<std::string> describe_draws(const Scenario& scenario, const Vary& vary);

}  // namespace spillway
