#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "app/advise/advice_part.hpp"

namespace spillway {

/// USD an hour that are nothing: sums of rounded amounts differ by less.
constexpr double kNoMoney = 1e-6;

/// What `head` saves of what `base` costs, pair by pair: in USD, and as a share of base's mean (as
/// relative_change()). Below 0: it costs more.
Change saved_amount(std::span<const Reading> base, std::span<const Reading> head);
std::optional<Change> saved_share(std::span<const Reading> base, std::span<const Reading> head);

/// How a setting compares with others of its saving, the lowest first: what holds and costs less than the
/// scenario as it stands, what is open and costs less, the same of what costs more; then what misses by no
/// more than the scenario does and costs less; of all else that misses, the nearest.
std::pair<int, double> rank_setting(const AdvicePart& part, const Replications& runs);

/// Those that can be run, by their ranks. Refers to `contenders`.
std::vector<const Contender*> ranked(const AdvicePart& part, const std::vector<Contender>& contenders);

/// What is worth confirming on the other part: the best one, and up to two that are open and would save more,
/// since a few replications leave much open.
std::vector<const Contender*> finalists(const AdvicePart& part, const std::vector<Contender>& contenders);

}  // namespace spillway
