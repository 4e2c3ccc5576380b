#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/backtest/back_test.hpp"
#include "app/backtest/predicted_lines.hpp"
#include "tests/support/paths.hpp"

namespace spillway::tests {

/// A folder with a scenario whose run is its own log and bill.
class BackTestRig {
public:
    /// `service` and `price` stand in the pool as they are.
    explicit BackTestRig(const std::string& price, const std::string& service = R"("3s")");
    /// Any other scenario.
    static BackTestRig of(const std::string& scenario) { return BackTestRig(scenario, 0); }

    ScenarioFile scenario() const { return ScenarioFile::load(folder_->path() / "s.json"); }
    /// Runs the scenario once: writes its requests to log.csv, and gives what it costs.
    const std::vector<PredictedLine>& lines() const noexcept { return lines_; }
    std::string log_text() const { return read_text(folder_->path() / "log.csv"); }
    ServedLog log() const { return read_served_log(file("log.csv")); }
    ServedLog log(std::string_view text) const;
    std::string file(std::string_view name) const { return (folder_->path() / name).string(); }
    void write(std::string_view name, std::string_view text) const {
        write_text(folder_->path() / name, text);
    }

    /// Writes the bill and holds the scenario against it and its own log.
    BackTest against(const std::string& bill, BackTestRules rules) const;
    BackTest against(const std::string& bill) const;

private:
    BackTestRig(const std::string& scenario, int);
    void run();

    std::shared_ptr<ScratchDir> folder_ = std::make_shared<ScratchDir>();
    std::vector<PredictedLine> lines_;
};

/// One replication, and nothing left out.
BackTestRules whole_window();

/// The lines as a bill of our own form, amounts times `price`, usage times `usage`; both in tenths.
std::string bill_of(const std::vector<PredictedLine>& lines, int usage_tenths = 10, int amount_tenths = 10);

}  // namespace spillway::tests
