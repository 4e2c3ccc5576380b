#pragma once

#include <vector>

#include "app/sensitivity/field_range.hpp"

namespace spillway {

/// How far fields are moved to each side where nobody says, as a share of themselves.
constexpr double kDefaultReach = 0.2;

/// The numbers of a scenario that usually matter, each by kDefaultReach to both sides and whole numbers by
/// one at least: how often its traffic comes, the limits and slots of its pools, service times and rates,
/// times and bandwidths of starts, and what policies take. Fields that are 0 or not in the file are none of
/// them; prices are not, for they move the cost in proportion. Some may lead to scenarios that cannot be run.
std::vector<FieldRange> default_fields(const ScenarioFile& file);

}  // namespace spillway
