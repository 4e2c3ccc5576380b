#include "app/bound/block_program.hpp"

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

constexpr std::size_t kLongestPresence = 200;  // slots of a row about starts

}  // namespace

BlockProgram::BlockProgram(const SlotDemand& demand, std::span<const BlockUnit> units,
                           const LettingGo& letting_go)
    : demand_(demand), units_(units.begin(), units.end()) {
    double least_rate = 0;
    for (const BlockUnit& unit : units_) {
        const double rate = unit.cost->per_second;
        if (rate > 0 && (least_rate == 0 || rate < least_rate))
            least_rate = rate;
    }
    scale_ = least_rate > 0 ? 1 / least_rate : 1;
    for (const BlockUnit& unit : units_) add_unit(unit);
    add_letting_go(letting_go);
    for (std::size_t unit = 0; unit < units_.size(); ++unit) add_unit_rows(unit);
    for (std::size_t slot = 0; slot < demand_.size(); ++slot) {
        add_gone_rows(slot);
        add_api_rows(slot);
        add_cover_rows(slot);
        add_warm_row(slot);
    }
    add_limit_rows(letting_go);
}

/// A run with more units than this anywhere is no cheaper, and keeps every row, with so many.
double BlockProgram::most_units() const {
    double shortest = demand_.length(0);
    for (std::size_t slot = 0; slot < demand_.size(); ++slot)
        shortest = std::min(shortest, demand_.length(slot));
    double needed = demand_.total_work() + demand_.longest();
    for (const BlockUnit& unit : units_) needed *= std::max({1.0, unit.work_ratio, unit.duration_ratio});
    return 1 + needed / shortest;
}

void BlockProgram::add_unit(const BlockUnit& unit) {
    const double most = most_units();
    const std::size_t slots = demand_.size();
    Columns& columns = columns_.emplace_back();
    const double rate = unit.cost->per_second * scale_;
    for (std::size_t slot = 0; slot < slots; ++slot) {
        const double until = demand_.begin_of(slot) + demand_.length(slot) - demand_.begin_of(0);
        columns.up_time.push_back(program_.add_column(slot + 1 == slots ? rate : 0, most * until));
    }
    if (!unit.cost->pays_idle)
        return;
    columns.opening = program_.add_column(0, unit.cost->none_at_0 && demand_.begin_of(0) == 0 ? 0 : most);
    for (std::size_t slot = 0; slot < slots; ++slot) {
        const SimTime ready{from_seconds(demand_.begin_of(slot))};
        columns.survivors.push_back(program_.add_column(0, most));
        columns.started.push_back(program_.add_column(unit.cost->start_cost(ready) * scale_, most));
    }
}

void BlockProgram::add_letting_go(const LettingGo& letting_go) {
    double work = 0;
    for (std::size_t slot = 0; slot < demand_.size(); ++slot) {
        const SlotDemand::Slot& one = demand_.slot(slot);
        work += one.work;
        gone_work_.push_back(one.work > 0         ? program_.add_column(0, work)
                             : gone_work_.empty() ? kNone
                                                  : gone_work_.back());
        std::vector<int>& let_go = let_go_.emplace_back(demand_.budgets(), kNone);
        std::vector<int>& by_api = by_api_.emplace_back(demand_.budgets(), kNone);
        for (std::size_t budget = 0; budget < one.counts.size(); ++budget) {
            if (one.counts[budget] == 0)
                continue;
            let_go[budget] = program_.add_column(letting_go.prices[budget] * scale_, one.counts[budget]);
            if (demand_.has_api() && !demand_.is_cold(budget))
                by_api[budget] = program_.add_column(0, one.counts[budget]);
        }
        const bool asked = demand_.has_api() && one.work > 0;
        api_cost_.push_back(asked ? program_.add_column(scale_, one.all_api) : kNone);
    }
}

/// "Presence in time": a unit that is up throughout a slot was up throughout the one before or started in it,
/// and nobody is up who is neither.
void BlockProgram::add_unit_rows(std::size_t number) {
    const Columns& columns = columns_[number];
    const bool starts = units_[number].cost->pays_idle;
    for (std::size_t slot = 0; slot < demand_.size(); ++slot) {
        Terms grown{{columns.up_time[slot], 1}};
        if (slot > 0)
            grown.push_back({columns.up_time[slot - 1], -1});
        const double length = demand_.length(slot);
        Terms at_most;
        for (const LinearProgram::Term& term : grown) at_most.push_back({term.column, -term.factor});
        if (starts)
            grown.push_back({columns.survivors[slot], -length});
        program_.add_row(grown, 0);
        if (!starts)
            continue;
        Terms before;
        if (slot == 0) {
            before.push_back({columns.opening, 1});
        } else {
            before.push_back({columns.survivors[slot - 1], 1});
            before.push_back({columns.started[slot - 1], 1});
        }
        for (const LinearProgram::Term& term : before) at_most.push_back({term.column, length});
        at_most.push_back({columns.started[slot], length});
        program_.add_row(at_most, 0);
        before.push_back({columns.survivors[slot], -1});
        program_.add_row(before, 0);
    }
}

/// "Work let go": no more of a slot's work is gone than its largest requests have.
void BlockProgram::add_gone_rows(std::size_t slot) {
    const SlotDemand::Slot& one = demand_.slot(slot);
    if (one.work <= 0)
        return;
    Terms gone{{gone_work_[slot], 1}};
    if (slot > 0 && gone_work_[slot - 1] != kNone)
        gone.push_back({gone_work_[slot - 1], -1});
    program_.add_row(gone, 0);
    for (LinearProgram::Term& term : gone) term.factor = -term.factor;
    program_.add_row(gone, -one.work);
    for (const SlotDemand::WorkLimit& limit : one.limits) {
        Terms terms = gone;
        for (std::size_t budget = 0; budget < one.counts.size(); ++budget) {
            for (const int column : {let_go_[slot][budget], by_api_[slot][budget]}) {
                if (column != kNone && limit.slopes[budget] > 0)
                    terms.push_back({column, limit.slopes[budget]});
            }
        }
        program_.add_row(terms, -limit.rest);
    }
}

/// "APIs": what one serves costs so much a request, and so much a second of work that the workers are spared.
void BlockProgram::add_api_rows(std::size_t slot) {
    const SlotDemand::Slot& one = demand_.slot(slot);
    if (api_cost_[slot] == kNone)
        return;
    Terms each{{api_cost_[slot], 1}};
    for (const int column : by_api_[slot]) {
        if (column != kNone)
            each.push_back({column, -one.least_api});
    }
    program_.add_row(each, 0);
    for (const SlotDemand::WorkLimit& limit : one.limits) {
        Terms terms{{api_cost_[slot], 1 / demand_.api_rate()}, {gone_work_[slot], -1}};
        if (slot > 0 && gone_work_[slot - 1] != kNone)
            terms.push_back({gone_work_[slot - 1], 1});
        for (std::size_t budget = 0; budget < one.counts.size(); ++budget) {
            if (let_go_[slot][budget] != kNone && limit.slopes[budget] > 0)
                terms.push_back({let_go_[slot][budget], limit.slopes[budget]});
        }
        program_.add_row(terms, -limit.rest);
    }
}

void BlockProgram::add_cover_rows(std::size_t slot) {
    const SlotDemand::Slot& one = demand_.slot(slot);
    if (one.work > 0)
        add_work_row(slot, one.covers.empty() ? demand_.size() - 1 : one.covers.front().last);
    for (const SlotDemand::Cover& cover : one.covers) {
        add_cover_row(slot, cover);
        add_presence_row(slot, cover);
    }
}

/// "Cover": while a request is on a worker, a unit is up.
void BlockProgram::add_cover_row(std::size_t slot, const SlotDemand::Cover& cover) {
    Terms terms;
    add_up_between(terms, slot, cover.last, &BlockUnit::duration_ratio);
    if (terms.empty())
        return;
    for (std::size_t budget = 0; budget < cover.longest.size(); ++budget) {
        for (const int column : {let_go_[slot][budget], by_api_[slot][budget]}) {
            if (column != kNone && cover.longest[budget] > 0)
                terms.push_back({column, cover.longest[budget] / cover.count});
        }
    }
    program_.add_row(terms, cover.duration);
}

/// Units that are up at some moment of the slots.
void BlockProgram::add_presence(Terms& terms, std::size_t unit, std::size_t first, std::size_t last) const {
    const Columns& columns = columns_[unit];
    if (first == 0) {
        terms.push_back({columns.opening, 1});
    } else {
        terms.push_back({columns.survivors[first - 1], 1});
        terms.push_back({columns.started[first - 1], 1});
    }
    for (std::size_t at = first; at <= last; ++at) terms.push_back({columns.started[at], 1});
}

/// "Presence": a unit is up when the window opens, or starts in it.
void BlockProgram::add_presence_row(std::size_t slot, const SlotDemand::Cover& cover) {
    Terms terms;
    for (std::size_t unit = 0; unit < units_.size(); ++unit) {
        if (!units_[unit].cost->pays_idle || cover.last - slot > kLongestPresence)
            return;
        add_presence(terms, unit, slot, cover.last);
    }
    for (std::size_t budget = 0; budget < cover.longest.size(); ++budget) {
        for (const int column : {let_go_[slot][budget], by_api_[slot][budget]}) {
            if (column != kNone && cover.longest[budget] > 0)
                terms.push_back({column, 1 / cover.count});
        }
    }
    program_.add_row(terms, 1);
}

/// "Warm": who met no cold start was served by a unit that was up when it came.
void BlockProgram::add_warm_row(std::size_t slot) {
    const SlotDemand::Slot& one = demand_.slot(slot);
    if (one.may_be_cold == 0)
        return;
    Terms terms;
    for (std::size_t unit = 0; unit < units_.size(); ++unit) {
        if (!units_[unit].cost->pays_idle)
            return;
        add_presence(terms, unit, slot, one.entered);
    }
    for (std::size_t budget = 0; budget < one.counts.size(); ++budget) {
        for (const int column : {let_go_[slot][budget], by_api_[slot][budget]}) {
            if (column != kNone)
                terms.push_back({column, 1 / one.may_be_cold});
        }
    }
    program_.add_row(terms, 1);
}

void BlockProgram::add_limit_rows(const LettingGo& letting_go) {
    for (std::size_t budget = 0; budget < letting_go.limits.size(); ++budget) {
        Terms terms;
        for (const std::vector<int>& let_go : let_go_) {
            if (let_go[budget] != kNone)
                terms.push_back({let_go[budget], -1});
        }
        if (!terms.empty())
            program_.add_row(terms, -letting_go.limits[budget]);
    }
}

}  // namespace spillway
