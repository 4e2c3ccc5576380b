#include "app/learn/log_starts.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "calibration/common/order_statistics.hpp"

namespace spillway {
namespace {

constexpr double kSameMoment = 1e-6;
constexpr double kShortestGuess = 1;
constexpr double kLongerThanOthers = 5;

/// Whom one start let in: the first of a worker's requests after it was ready.
struct LetIn {
    std::vector<const LogRow*> rows;  // by when they were sent
};

/// By worker, its requests that met a start, split where one came after the worker was ready for the last.
std::vector<LetIn> by_start(std::span<const LogRow> rows) {
    std::map<std::string, std::vector<LetIn>> workers;
    for (const LogRow& row : rows) {
        if (!row.taken || row.phases.empty())
            continue;
        std::vector<LetIn>& starts = workers[row.worker];
        const bool same = !starts.empty() && row.sent < *starts.back().rows.front()->taken;
        if (!same)
            starts.emplace_back();
        starts.back().rows.push_back(&row);
    }
    std::vector<LetIn> all;
    for (const auto& [worker, starts] : workers) all.insert(all.end(), starts.begin(), starts.end());
    return all;
}

double until(const LogRow& row) { return row.taken.value_or(row.left); }

/// Says who may have found a start under way that somebody else caused.
class Waits {
public:
    Waits(std::span<const LogRow> rows, double longest_start) : rows_(rows), longest_start_(longest_start) {
        for (const LogRow& row : rows) longest_wait_ = std::max(longest_wait_, until(row) - row.sent);
    }

    /// Somebody waited when `row` came; or had waited within the longest start before, and was not let in by
    /// a start of its own: then the start which that one caused may still have been under way.
    bool before(const LogRow& row) const {
        const double reach = std::max(longest_wait_, longest_start_);
        for (std::size_t i = static_cast<std::size_t>(&row - rows_.data()); i-- > 0;) {
            const LogRow& other = rows_[i];
            if (other.sent + reach < row.sent)
                return false;
            if (until(other) - other.sent < kSameMoment)
                continue;
            const bool waits = until(other) > row.sent;
            const bool left_a_start = other.phases.empty() && other.sent + longest_start_ > row.sent;
            if (waits || left_a_start)
                return true;
        }
        return false;
    }

private:
    std::span<const LogRow> rows_;
    double longest_start_;
    double longest_wait_ = 0;
};

double seconds_of(const std::vector<ObservedPhase>& phases) {
    double sum = 0;
    for (const ObservedPhase& phase : phases) sum += phase.seconds;
    return sum;
}

/// The one who saw most of it.
ObservedStart start_seen(const LetIn& start, const Waits& waits) {
    const LogRow* most = start.rows.front();
    for (const LogRow* row : start.rows) {
        if (seconds_of(row->phases) > seconds_of(most->phases))
            most = row;
    }
    ObservedStart seen{most->phases};
    if (!most->before_start)
        return seen;  // the log has the start's own phases
    const bool first_let_in = std::all_of(start.rows.begin(), start.rows.end(), [&](const LogRow* row) {
        return *most->taken <= *row->taken + kSameMoment;
    });
    const bool came_before = first_let_in && *most->before_start > kSameMoment;
    if (!came_before && waits.before(*most))
        seen.phases.front().at_least = true;
    return seen;
}

}  // namespace

bool guess_starts(std::vector<LogRow>& rows) {
    std::map<std::string, LogRow*> first;
    std::vector<double> waits;
    for (LogRow& row : rows) {
        if (!row.phases.empty())
            return false;
        if (!row.taken)
            continue;
        waits.push_back(*row.taken - row.sent);
        LogRow*& earliest = first[row.worker];
        if (earliest == nullptr || *row.taken < *earliest->taken)
            earliest = &row;
    }
    if (waits.empty())
        return false;
    const double middle = order_statistics(std::move(waits)).median;
    bool guessed = false;
    for (const auto& [worker, row] : first) {
        const double wait = *row->taken - row->sent;
        if (wait < std::max(kShortestGuess, kLongerThanOthers * middle))
            continue;
        row->before_start = 0;
        row->phases.push_back({StartPhase::kContainer, wait, false});
        guessed = true;
    }
    return guessed;
}

std::vector<ObservedStart> starts_in(std::span<const LogRow> rows) {
    double longest = 0;
    for (const LogRow& row : rows) longest = std::max(longest, seconds_of(row.phases));
    const Waits waits(rows, longest);
    std::vector<ObservedStart> starts;
    for (const LetIn& start : by_start(rows)) starts.push_back(start_seen(start, waits));
    return starts;
}

}  // namespace spillway
