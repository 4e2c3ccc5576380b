#include "app/study/transient.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "app/run/parallel_for.hpp"
#include "app/run/run_scenario.hpp"
#include "app/study/estimate.hpp"

namespace spillway {
namespace {

constexpr std::array<std::string_view, 4> kStationary{"poisson", "gamma", "mmpp", "closed-loop"};
constexpr std::size_t kPilots = 5;
constexpr std::uint64_t kPilotsFrom = std::uint64_t{1} << 40;  // no study has as many replications
constexpr std::size_t kBatch = 5;
constexpr std::size_t kMostRequests = 1'000'000;
constexpr double kNoise = 0.05;  // of the window

bool is_stationary(const ConfigNode& traffic) {
    const auto items = traffic.items();
    return std::all_of(items.begin(), items.end(), [](const ConfigNode& source) {
        const ConfigNode* name = source.find("source");
        return name != nullptr &&
               std::find(kStationary.begin(), kStationary.end(), name->as_text()) != kStationary.end();
    });
}

/// RequestTotals of the measured requests by the time they arrived.
class RequestTotals final : public RequestObserver {
public:
    void request_ended(const RequestRecord& request) override {
        if (request.measured && request.outcome == Outcome::kCompleted && totals_.size() < kMostRequests)
            totals_.emplace_back(request.arrived, to_seconds(request.total()));
    }
    std::vector<std::pair<SimTime, double>> sorted() && {
        std::sort(totals_.begin(), totals_.end());
        return std::move(totals_);
    }

private:
    std::vector<std::pair<SimTime, double>> totals_;
};

using Series = std::vector<std::pair<SimTime, double>>;

std::vector<Series> run_pilots(const Scenario& scenario) {
    std::vector<Series> pilots(kPilots);
    parallel_for(kPilots, [&](std::size_t pilot) {
        Scenario one = scenario;
        one.draws.luck.replication = one.draws.traffic.replication = kPilotsFrom + pilot;
        RequestTotals totals;
        Onlookers onlookers;
        onlookers.requests = {&totals};
        static_cast<void>(run_scenario(one, onlookers));
        pilots[pilot] = std::move(totals).sorted();
    });
    return pilots;
}

}  // namespace

std::optional<Transient> find_transient(const Scenario& scenario) {
    if (!is_stationary(scenario.traffic) || !scenario.horizon)
        return std::nullopt;
    const std::vector<Series> pilots = run_pilots(scenario);
    std::size_t requests = kMostRequests;
    for (const Series& pilot : pilots) requests = std::min(requests, pilot.size());
    std::vector<double> means(requests / kBatch);
    for (std::size_t batch = 0; batch < means.size(); ++batch) {
        for (const Series& pilot : pilots) {
            for (std::size_t i = 0; i < kBatch; ++i) means[batch] += pilot[batch * kBatch + i].second;
        }
        means[batch] /= static_cast<double>(kBatch * kPilots);
    }
    const std::size_t dropped = mser_truncation(means);
    Transient transient;
    transient.ends = means.empty() || dropped < means.size() / 2;
    if (dropped > 0)
        transient.length = pilots.front()[dropped * kBatch].first - SimTime{};
    if (to_seconds(transient.length) < kNoise * to_seconds(*scenario.horizon))
        transient = {};
    return transient;
}

}  // namespace spillway
