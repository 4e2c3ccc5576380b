#pragma once

#include <span>
#include <vector>

#include "app/learn/log_rows.hpp"

namespace spillway {

/// Where no row says anything of a start: takes what each worker's first request waited for its start, if
/// that is at least a second and five times what half of the others waited at most. False: nothing was
/// guessed.
bool guess_starts(std::vector<LogRow>& rows);

/// The starts that a log's requests met, each once. `rows` are by when they were sent.
///
/// A request sees of a start only what was left when it came. Of those whom one start let in at once, the
/// first to come saw most. It saw the whole where it came before the start began; and where it came when
/// nobody waited, for then it caused it. Otherwise the start took longer than it saw: its first phase is
/// `at_least`. (One that came later than a start's first phases saw less phases.)
/// Where the log has columns for the phases they are those of the start, whole.
std::vector<ObservedStart> starts_in(std::span<const LogRow> rows);

}  // namespace spillway
