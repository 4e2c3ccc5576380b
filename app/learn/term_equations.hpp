#pragma once

#include <span>
#include <vector>

#include "app/learn/engine_terms.hpp"
#include "app/learn/observed.hpp"

namespace spillway {

/// A time that was measured, and how often it has each term in it.
struct TermEquation {
    TermValues counts{};
    double seconds = 0;
};

/// Each request's time of decoding, and its time to the first token, in terms of what its worker did
/// meanwhile. Where each request has its times, the running set of its worker is put together again: between
/// its first and its last token a request of m tokens takes part in m - 1 iterations; a neighbour makes
/// tokens at its own mean pace as long as both run, each of which is one more sequence and reads what the
/// neighbour had until then; a neighbour whose first token comes meanwhile had its prompt computed in an
/// iteration of these. Of a run with means alone, the mean iteration: n sequences, n / m of which bring a
/// prompt. First tokens wait for half an iteration under way.
/// A start for fits by replay, which knows queues, chunks and budgets; at most some thousand equations.
std::vector<TermEquation> term_equations(std::span<const ObservedRun> runs);

/// min sum of squares of relative errors, linear beyond 10 %, no coefficient below 0.
TermValues solve_terms(const std::vector<TermEquation>& equations);

}  // namespace spillway
