#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "app/bound/linear_program.hpp"
#include "app/bound/slot_demand.hpp"
#include "app/bound/unit_cost.hpp"

namespace spillway {

/// A pool of workers as a block sees it.
struct BlockUnit {
    const UnitCost* cost;
    double work_ratio = 1;      ///< of a request's work here to that in the first pool, at least
    double duration_ratio = 1;  ///< likewise of its time on a worker
};

/// What letting requests go costs: a price each, or nothing within a number.
struct LettingGo {
    std::vector<double> prices;  ///< dollars, by budget
    std::vector<double> limits;  ///< requests, by budget; empty: no limit
};

struct BlockFloor {
    double dollars = 0;        ///< no run pays less for the block, prices for letting go included
    std::vector<double> gone;  ///< requests let go, by budget
};

/// The relaxed programme of one stretch of time; docs/bound.md states it and proves it, under the names of
/// the rows here. `demand` is what arrives in it.
class BlockProgram {
public:
    BlockProgram(const SlotDemand& demand, std::span<const BlockUnit> units, const LettingGo& letting_go);

    BlockFloor solve();

private:
    static constexpr int kNone = -1;  // in place of a column

    /// Columns of one pool, by slot.
    struct Columns {
        std::vector<int> up_time;    ///< from the block's begin to the end of the slot
        std::vector<int> survivors;  ///< up throughout the slot
        std::vector<int> started;    ///< ready in the slot
        int opening = 0;             ///< up at the block's begin
    };
    using Terms = std::vector<LinearProgram::Term>;

    void add_unit(const BlockUnit& unit);
    void add_letting_go(const LettingGo& letting_go);
    void add_unit_rows(std::size_t unit);
    void add_gone_rows(std::size_t slot);
    void add_api_rows(std::size_t slot);
    void add_cover_rows(std::size_t slot);
    void add_cover_row(std::size_t slot, const SlotDemand::Cover& cover);
    void add_presence_row(std::size_t slot, const SlotDemand::Cover& cover);
    void add_warm_row(std::size_t slot);
    void add_limit_rows(const LettingGo& letting_go);
    void add_work_row(std::size_t first, std::size_t last);
    std::size_t add_violated_work_rows(const LinearProgram::Solution& solution);
    double whole_units(std::size_t first, std::size_t last) const;
    void add_whole_row(std::size_t first, std::size_t last);
    std::size_t add_violated_whole_rows(const LinearProgram::Solution& solution);
    void add_presence(Terms& terms, std::size_t unit, std::size_t first, std::size_t last) const;
    void add_up_between(Terms& terms, std::size_t first, std::size_t last, double BlockUnit::*ratio) const;
    void add_gone_between(Terms& terms, std::size_t first, std::size_t last) const;
    double most_units() const;

    const SlotDemand& demand_;
    std::vector<BlockUnit> units_;
    double scale_ = 1;  // dollars to the programme's own
    LinearProgram program_;
    std::vector<Columns> columns_;          // by unit
    std::vector<int> gone_work_;            // by slot: let go or served by an API up to its end; -1: none yet
    std::vector<std::vector<int>> let_go_;  // by slot and budget; -1: nobody arrives
    std::vector<std::vector<int>> by_api_;  // likewise
    std::vector<int> api_cost_;             // by slot
};

}  // namespace spillway
