#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "app/learn/importers.hpp"
#include "app/learn/log_starts.hpp"
#include "app/report/format.hpp"

namespace spillway {
namespace {

/// Those who were served, as their workers saw them.
ObservedRun run_of(const std::vector<LogRow>& rows, const std::string& where) {
    ObservedRun run;
    run.where = where;
    run.each_timed = true;
    std::map<std::string, std::uint32_t> workers;
    for (const LogRow& row : rows) {
        if (!row.completed)
            continue;
        const double at = row.taken.value_or(row.sent);
        const auto [worker, added] = workers.emplace(row.worker, static_cast<std::uint32_t>(workers.size()));
        run.requests.push_back(
            {at, row.input, row.output, *row.first_token - at, row.left - at, worker->second});
    }
    std::stable_sort(run.requests.begin(), run.requests.end(),
                     [](const ObservedRequest& a, const ObservedRequest& b) { return *a.at < *b.at; });
    return run;
}

/// Who waited for a worker, and who gave up. Who was taken at once would have waited too, but says no more
/// than that patience is above 0.
void add_waits(const std::vector<LogRow>& rows, std::vector<ObservedWait>& waits) {
    for (const LogRow& row : rows) {
        if (row.gave_up)
            waits.push_back({row.left - row.sent, true});
        else if (row.taken)
            waits.push_back({*row.taken - row.sent, false});
    }
}

void add_notes(const std::vector<LogRow>& rows, const std::string& name, Observed& observed) {
    const auto failed = std::count_if(rows.begin(), rows.end(),
                                      [](const LogRow& row) { return !row.completed && !row.gave_up; });
    if (failed > 0) {
        observed.notes.push_back(
            fmt::format("{}: {} neither completed nor gave up waiting: nothing is learnt of them", name,
                        show_counted(static_cast<std::uint64_t>(failed), "request")));
    }
    const bool taken = std::any_of(rows.begin(), rows.end(), [](const LogRow& row) { return row.taken; });
    if (!taken) {
        observed.notes.push_back(name +
                                 ": started_s is not there, so that every wait counts as the engine's own");
    }
}

}  // namespace

bool is_request_log(const ImportFile& file) {
    const std::string header = file.text.substr(0, file.text.find('\n'));
    return header.find("engine_queue_s") != std::string::npos ||
           (header.find("sent_s") != std::string::npos && header.find(',') != std::string::npos);
}

void read_request_log(const std::vector<ImportFile>& files, const ImportWishes& wishes, Observed& observed) {
    for (const ImportFile& file : files) {
        std::vector<LogRow> rows = read_log_rows(file.path, wishes.log);
        if (guess_starts(rows)) {
            observed.notes.push_back(
                file.name() +
                ": it has no phases of starts: what each worker's first request waited counts as "
                "its worker's start, where that is much longer than others waited");
        }
        observed.runs.push_back(run_of(rows, file.shown));
        const std::vector<ObservedStart> starts = starts_in(rows);
        observed.starts.insert(observed.starts.end(), starts.begin(), starts.end());
        add_waits(rows, observed.waits);
        add_notes(rows, file.name(), observed);
        observed.sources.push_back({file.name(), "request-log", "", "", ""});
    }
}

}  // namespace spillway
