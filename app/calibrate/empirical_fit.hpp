#pragma once

#include "app/calibrate/served_tables.hpp"
#include "models/llm/empirical.hpp"

namespace spillway {

/// A catalogue fitted to the mixtures of experts and to the measured steps of the tables, with the published
/// tables as its provenance. It takes minutes.
EmpiricalCatalog fit_empirical_catalog(const ServedTables& tables);

}  // namespace spillway
