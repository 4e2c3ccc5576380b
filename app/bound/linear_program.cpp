#include "app/bound/linear_program.hpp"

#include <algorithm>
#include <cmath>

#include <coin/ClpSimplex.hpp>

#include "sim/core/check.hpp"

namespace spillway {

struct LinearProgram::Solver {
    ClpSimplex clp;
};

LinearProgram::LinearProgram() = default;
LinearProgram::~LinearProgram() = default;

int LinearProgram::add_column(double cost, double upper) {
    SPILLWAY_CHECK(!solver_ && least_.empty(), "a column came after rows");
    SPILLWAY_CHECK(std::isfinite(upper) && upper >= 0, "a column without a bound");
    costs_.push_back(cost);
    uppers_.push_back(upper);
    return static_cast<int>(costs_.size()) - 1;
}

void LinearProgram::add_row(std::span<const Term> terms, double least) {
    for (const Term& term : terms) {
        row_columns_.push_back(term.column);
        row_factors_.push_back(term.factor);
    }
    row_begins_.push_back(static_cast<int>(row_columns_.size()));
    least_.push_back(least);
}

LinearProgram::Solution LinearProgram::solve() {
    if (!solver_) {
        solver_ = std::make_unique<Solver>();
        ClpSimplex& clp = solver_->clp;
        clp.setLogLevel(0);
        clp.setDualTolerance(1e-9);
        clp.resize(0, static_cast<int>(costs_.size()));
        for (int i = 0; i < static_cast<int>(costs_.size()); ++i) {
            clp.setObjectiveCoefficient(i, costs_[static_cast<std::size_t>(i)]);
            clp.setColumnBounds(i, 0, uppers_[static_cast<std::size_t>(i)]);
        }
    }
    ClpSimplex& clp = solver_->clp;
    const std::size_t fresh = least_.size() - given_rows_;
    const std::vector<double> no_limit(fresh, COIN_DBL_MAX);
    const int from = row_begins_[given_rows_];
    std::vector<int> begins(row_begins_.begin() + static_cast<std::ptrdiff_t>(given_rows_),
                            row_begins_.end());
    for (int& begin : begins) begin -= from;
    clp.addRows(static_cast<int>(fresh), least_.data() + given_rows_, no_limit.data(), begins.data(),
                row_columns_.data() + from, row_factors_.data() + from);
    given_rows_ = least_.size();
    clp.dual();

    Solution solution;
    const double* const values = clp.primalColumnSolution();
    solution.values.assign(values, values + costs_.size());
    const double* const duals = clp.dualRowSolution();
    for (std::size_t row = 0; row < least_.size(); ++row)
        solution.duals.push_back(std::isfinite(duals[row]) ? std::max(0.0, duals[row]) : 0.0);
    solution.proved = proved_by(solution.duals);
    return solution;
}

double LinearProgram::proved_by(std::span<const double> duals) const {
    double bound = 0;
    std::vector<double> reduced = costs_;
    for (std::size_t row = 0; row < least_.size(); ++row) {
        if (duals[row] == 0)
            continue;
        bound += duals[row] * least_[row];
        for (int at = row_begins_[row]; at < row_begins_[row + 1]; ++at) {
            const auto entry = static_cast<std::size_t>(at);
            reduced[static_cast<std::size_t>(row_columns_[entry])] -= duals[row] * row_factors_[entry];
        }
    }
    for (std::size_t i = 0; i < reduced.size(); ++i) bound += std::min(0.0, reduced[i]) * uppers_[i];
    return bound;
}

}  // namespace spillway
