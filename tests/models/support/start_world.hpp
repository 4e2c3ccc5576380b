#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "models/cold_start/parse_startup.hpp"
#include "models/cold_start/start_ground.hpp"
#include "tests/models/support/config_text.hpp"
#include "tests/models/support/start_log.hpp"

namespace spillway::tests {

/// Pools that start on the same hosts over the same links, driven by hand: each event advances every model
/// that has something to do at its time, in the order of their making.
class StartWorld {
public:
    /// `hosts` hosts with this gear, and a link "registry" of 1 GB/s.
    explicit StartWorld(HostGear gear = {}, std::uint32_t hosts = 3) {
        GroundSpec spec{RunSeed{1, 0}, {{"registry", 1e9}}, {gear}, std::vector<std::uint32_t>(hosts, 0)};
        ground_ = std::make_shared<StartGround>(std::move(spec));
    }

    /// Adds a pool with that start-up and returns its number.
    std::size_t add(const char* startup, std::string_view pool = "pool") {
        ModelContext own = context(0, pool);
        own.ground = ground_;
        own.model_bytes = 16'000'000'000;
        models_.push_back(make_startup(config(startup), own));
        logs_.push_back(std::make_unique<StartLog>(*models_.back()));
        return models_.size() - 1;
    }

    /// Begins start `id` of a pool on a host, after all that happens before `now`.
    void begin(std::size_t pool, std::uint32_t id, std::optional<std::uint32_t> host, Duration now,
               std::uint32_t version = 0) {
        run(SimTime{now} - Duration{1});
        StartContext start{StartId{id}, id, false, {}};
        if (host)
            start.host = HostId{*host};
        start.version = version;
        logs_[pool]->begin(start, SimTime{now});
    }
    void cancel(std::size_t pool, std::uint32_t id, Duration now) {
        run(SimTime{now} - Duration{1});
        models_[pool]->cancel({id}, SimTime{now});
    }
    /// Every event up to and including `until`.
    void run(SimTime until = SimTime::max()) {
        while (const auto next = next_change()) {
            if (*next > until)
                return;
            for (std::size_t i = 0; i < models_.size(); ++i) {
                if (models_[i]->next_change() == next)
                    logs_[i]->run(*next);
            }
        }
    }
    /// How the start that a pool finished last went: "10s:0 ready pull=10s".
    std::string last(std::size_t pool) const { return logs_[pool]->lines().back(); }
    const StartLog& log(std::size_t pool) const { return *logs_[pool]; }
    StartupModel& model(std::size_t pool) { return *models_[pool]; }
    StartGround& ground() { return *ground_; }

private:
    std::optional<SimTime> next_change() const {
        std::optional<SimTime> next;
        for (const auto& model : models_) {
            const auto its = model->next_change();
            if (its && (!next || *its < *next))
                next = its;
        }
        return next;
    }

    std::shared_ptr<StartGround> ground_;
    std::vector<std::unique_ptr<StartupModel>> models_;
    std::vector<std::unique_ptr<StartLog>> logs_;
};

}  // namespace spillway::tests
