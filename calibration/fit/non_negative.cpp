#include "calibration/fit/non_negative.hpp"

#include <algorithm>

#include <Eigen/Dense>

namespace spillway {

using Eigen::MatrixXd;
using Eigen::VectorXd;

std::vector<double> fit_non_negative(const std::vector<std::vector<double>>& a,
                                     const std::vector<double>& b) {
    const auto rows = static_cast<Eigen::Index>(a.size());
    const auto columns = static_cast<Eigen::Index>(a.front().size());
    MatrixXd matrix(rows, columns);
    for (Eigen::Index i = 0; i < rows; ++i) {
        for (Eigen::Index j = 0; j < columns; ++j)
            matrix(i, j) = a[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
    }
    const VectorXd target = Eigen::Map<const VectorXd>(b.data(), rows);
    VectorXd x = VectorXd::Zero(columns);
    std::vector<Eigen::Index> passive;
    for (Eigen::Index round = 0; round < 3 * columns; ++round) {
        const VectorXd pull = matrix.transpose() * (target - matrix * x);
        Eigen::Index next = -1;
        for (Eigen::Index j = 0; j < columns; ++j) {
            const bool in = std::find(passive.begin(), passive.end(), j) != passive.end();
            if (!in && pull[j] > 1e-12 * target.norm() * matrix.col(j).norm() &&
                (next < 0 || pull[j] > pull[next]))
                next = j;
        }
        if (next < 0)
            break;
        passive.push_back(next);
        for (;;) {
            const VectorXd free = matrix(Eigen::all, passive).colPivHouseholderQr().solve(target);
            double step = 1;
            for (std::size_t i = 0; i < passive.size(); ++i) {
                const double value = free[static_cast<Eigen::Index>(i)];
                if (value <= 0)
                    step = std::min(step, x[passive[i]] / (x[passive[i]] - value));
            }
            for (std::size_t i = 0; i < passive.size(); ++i)
                x[passive[i]] += step * (free[static_cast<Eigen::Index>(i)] - x[passive[i]]);
            if (step >= 1)
                break;
            std::erase_if(passive, [&](Eigen::Index j) {
                const bool gone = x[j] <= 1e-15 * x.norm();
                if (gone)
                    x[j] = 0;
                return gone;
            });
        }
    }
    return {x.data(), x.data() + columns};
}

}  // namespace spillway
