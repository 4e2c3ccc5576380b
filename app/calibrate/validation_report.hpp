#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "app/calibrate/served_tables.hpp"
#include "app/calibrate/validation.hpp"

namespace spillway {

/// Takes a report's text as it grows: some parts take minutes.
using ReportSink = std::function<void(const std::string&)>;

/// How far the catalogue's engines are from what was measured, in tables: dense models under closed and open
/// loops, mixtures of experts, single steps, and the groups set apart. Nothing is fitted. Returns a line a
/// run with its measured and predicted figures, as CSV with a header. Runs of mixtures that the catalogue
/// says nothing of are passed over and counted. Throws InputError when nothing else is in the tables, and for
/// anything else that the catalogue does not know.
std::string report_shipped(const ServedTables& tables, const ReportSink& write);

/// The same of fits that had not seen what they predict. Splits that a population cannot be refitted for are
/// passed over: a mixture of experts that no run had cannot be predicted.
void report_left_out(const ServedTables& tables, std::span<const Split> splits, const ReportSink& write);

}  // namespace spillway
