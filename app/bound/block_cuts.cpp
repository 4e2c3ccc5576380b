// BlockProgram, second part: rows that there would be too many of. Those are added that a solution breaks.
#include <algorithm>
#include <cmath>
#include <optional>

#include "app/bound/block_program.hpp"

namespace spillway {
namespace {

constexpr int kRounds = 8;
constexpr std::size_t kLongestWhole = 200;  // slots of a row about whole units
constexpr double kViolated = 1e-6;          // of a row's right side
constexpr double kLacking = 0.02;           // of a unit

}  // namespace

/// "Work": what must be served between two moments is served by what is up between them.
void BlockProgram::add_work_row(std::size_t first, std::size_t last) {
    Terms terms;
    add_up_between(terms, first, last, &BlockUnit::work_ratio);
    if (terms.empty())
        return;
    add_gone_between(terms, first, last);
    program_.add_row(terms, demand_.work_inside(first, last));
}

/// Leaves `terms` empty where a pool serves in no time.
void BlockProgram::add_up_between(Terms& terms, std::size_t first, std::size_t last,
                                  double BlockUnit::*ratio) const {
    for (std::size_t unit = 0; unit < units_.size(); ++unit) {
        const double each = units_[unit].*ratio;
        if (each <= 0) {
            terms.clear();
            return;
        }
        terms.push_back({columns_[unit].up_time[last], 1 / each});
        if (first > 0)
            terms.push_back({columns_[unit].up_time[first - 1], -1 / each});
    }
}

void BlockProgram::add_gone_between(Terms& terms, std::size_t first, std::size_t last) const {
    const int before = first > 0 ? gone_work_[first - 1] : kNone;
    const int after = gone_work_[last];
    if (after == kNone || after == before)
        return;
    terms.push_back({after, 1});
    if (before != kNone)
        terms.push_back({before, -1});
}

/// Of the rows "work" that begin with a slot, the one that `solution` breaks most.
std::size_t BlockProgram::add_violated_work_rows(const LinearProgram::Solution& solution) {
    const std::size_t slots = demand_.size();
    const auto value = [&](int column) {
        return column == kNone ? 0 : solution.values[static_cast<std::size_t>(column)];
    };
    std::vector<double> served(slots + 1, 0);
    for (std::size_t slot = 0; slot < slots; ++slot) {
        for (std::size_t unit = 0; unit < units_.size(); ++unit) {
            if (units_[unit].work_ratio <= 0)
                return 0;
            served[slot + 1] += value(columns_[unit].up_time[slot]) / units_[unit].work_ratio;
        }
        served[slot + 1] += value(gone_work_[slot]);
    }
    std::size_t added = 0;
    for (std::size_t first = 0; first < slots; ++first) {
        double worst = kViolated * (1 + demand_.longest());
        std::optional<std::size_t> broken;
        for (std::size_t last = first; last < slots; ++last) {
            const double lacking = demand_.work_inside(first, last) - (served[last + 1] - served[first]);
            if (lacking > worst) {
                worst = lacking;
                broken = last;
            }
        }
        if (broken) {
            add_work_row(first, *broken);
            ++added;
        }
    }
    return added;
}

/// Units that the work of some slots takes at the least when nobody is let go; 0 where that says nothing.
double BlockProgram::whole_units(std::size_t first, std::size_t last) const {
    double fastest = 1;
    for (const BlockUnit& unit : units_) {
        if (!unit.cost->pays_idle || unit.work_ratio <= 0)
            return 0;
        fastest = std::min(fastest, unit.work_ratio);
    }
    const double length = demand_.begin_of(last) + demand_.length(last) - demand_.begin_of(first);
    // One that is let go must not spare more than one of them.
    if (fastest * demand_.largest_work() > length)
        return 0;
    constexpr double kRounded = 1e-6;
    return std::ceil(fastest * demand_.work_inside(first, last) / length - kRounded);
}

/// "Whole units": they come in ones, and each request that is let go spares one at the most.
void BlockProgram::add_whole_row(std::size_t first, std::size_t last) {
    Terms terms;
    for (std::size_t unit = 0; unit < units_.size(); ++unit) add_presence(terms, unit, first, last);
    for (std::size_t slot = first; slot <= last; ++slot) {
        for (std::size_t budget = 0; budget < demand_.budgets(); ++budget) {
            if (demand_.is_cold(budget))
                continue;
            for (const int column : {let_go_[slot][budget], by_api_[slot][budget]}) {
                if (column != kNone)
                    terms.push_back({column, 1});
            }
        }
    }
    program_.add_row(terms, whole_units(first, last));
}

/// Of the rows "whole units" that begin with a slot, the one that `solution` breaks most.
std::size_t BlockProgram::add_violated_whole_rows(const LinearProgram::Solution& solution) {
    const std::size_t slots = demand_.size();
    const auto value = [&](int column) {
        return column == kNone ? 0 : solution.values[static_cast<std::size_t>(column)];
    };
    std::size_t added = 0;
    for (std::size_t first = 0; first < slots; ++first) {
        double there = 0;
        for (const Columns& columns : columns_) {
            if (columns.started.empty())
                return 0;
            there += first == 0 ? value(columns.opening)
                                : value(columns.survivors[first - 1]) + value(columns.started[first - 1]);
        }
        double worst = kLacking;
        std::optional<std::size_t> broken;
        for (std::size_t last = first; last < std::min(slots, first + kLongestWhole); ++last) {
            for (const Columns& columns : columns_) there += value(columns.started[last]);
            for (std::size_t budget = 0; budget < demand_.budgets(); ++budget) {
                if (!demand_.is_cold(budget))
                    there += value(let_go_[last][budget]) + value(by_api_[last][budget]);
            }
            const double lacking = whole_units(first, last) - there;
            if (lacking > worst) {
                worst = lacking;
                broken = last;
            }
        }
        if (broken) {
            add_whole_row(first, *broken);
            ++added;
        }
    }
    return added;
}

BlockFloor BlockProgram::solve() {
    LinearProgram::Solution solution = program_.solve();
    for (int round = 0; round < kRounds; ++round) {
        if (add_violated_work_rows(solution) + add_violated_whole_rows(solution) == 0)
            break;
        solution = program_.solve();
    }
    BlockFloor floor;
    floor.dollars = std::max(0.0, solution.proved) / scale_;
    floor.gone.assign(demand_.budgets(), 0);
    for (const std::vector<int>& let_go : let_go_) {
        for (std::size_t budget = 0; budget < let_go.size(); ++budget) {
            if (let_go[budget] != kNone)
                floor.gone[budget] += solution.values[static_cast<std::size_t>(let_go[budget])];
        }
    }
    return floor;
}

}  // namespace spillway
