#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/learn/observed.hpp"

namespace spillway {

/// A row of a request log. Seconds from the log's first request.
struct LogRow {
    std::string where;
    std::string pool;
    std::string class_name;
    std::string worker;  ///< names its pool too
    bool completed = false;
    bool gave_up = false;  ///< waiting for a worker
    double sent = 0;
    double left = 0;              ///< when it gave up, or its last token came
    std::optional<double> taken;  ///< when its worker took it; empty: it is not said, or none did
    std::optional<double> first_token;
    std::uint32_t input = 0;
    std::uint32_t output = 0;
    /// Of the wait, the part before its worker's start began, where the log says so.
    std::optional<double> before_start;
    /// What it saw of its worker's start, in the order of the phases; empty: nothing.
    std::vector<ObservedPhase> phases;
};

/// Which rows are looked at.
struct LogFilter {
    std::optional<std::string> pool;
};

/// Rows of `spillway run --requests`, or of the form that docs/learn.md describes; by when they were sent.
/// Throws InputError for a missing column and for a row that contradicts itself: times that go back, or are
/// negative, an answer without tokens, or beyond what observed.hpp says that requests are. Throws too when
/// the rows are of several pools and the filter names none, with their names.
std::vector<LogRow> read_log_rows(const std::filesystem::path& file, const LogFilter& filter);

}  // namespace spillway
