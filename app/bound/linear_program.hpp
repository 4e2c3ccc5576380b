#pragma once

#include <memory>
#include <span>
#include <vector>

namespace spillway {

/// A linear programme that is solved and then made tighter: the least cost of columns between 0 and a bound,
/// under rows that are at least something. Single-threaded.
class LinearProgram {
public:
    struct Term {
        int column;
        double factor;
    };
    struct Solution {
        std::vector<double> values;  ///< by column
        std::vector<double> duals;   ///< by row, none negative
        /// No point that keeps every row costs less, whatever the solver's tolerances: weak duality from the
        /// duals above, worked out anew.
        double proved = 0;
    };

    LinearProgram();
    ~LinearProgram();
    LinearProgram(const LinearProgram&) = delete;
    LinearProgram& operator=(const LinearProgram&) = delete;

    /// Returns its number. Columns come before rows. Requires: upper is finite and not negative.
    int add_column(double cost, double upper);
    /// sum of terms >= least. A column may stand in it once.
    void add_row(std::span<const Term> terms, double least);
    void add_row(std::initializer_list<Term> terms, double least) {
        add_row(std::span(terms.begin(), terms.size()), least);
    }
    std::size_t rows() const noexcept { return least_.size(); }

    /// Starts from the last solution after rows were added.
    Solution solve();

private:
    struct Solver;
    double proved_by(std::span<const double> duals) const;

    std::vector<double> costs_;
    std::vector<double> uppers_;
    std::vector<int> row_begins_{0};
    std::vector<int> row_columns_;
    std::vector<double> row_factors_;
    std::vector<double> least_;
    std::size_t given_rows_ = 0;  // to the solver
    std::unique_ptr<Solver> solver_;
};

}  // namespace spillway
