#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/fleet/service_model.hpp"

namespace spillway::tests {

/// Runs one worker's engine by hand and writes down what ends, as "slot scheduled..first token..last token":
/// "3 0s..0s..2s".
class EngineLog {
public:
    explicit EngineLog(std::unique_ptr<ServiceFactory> factory)
        : factory_(std::move(factory)), engine_(factory_->make(nullptr)) {}
    /// `factory` must outlive the log.
    explicit EngineLog(const ServiceFactory& factory) : engine_(factory.make(nullptr)) {}

    /// Runs up to and including `now`, then admits request `slot`, whose origin is `slot` too.
    void admit(std::uint32_t slot, SimTime now);
    void admit(const ServiceRequest& request, SimTime now);
    void remove(std::uint32_t slot, SimTime now);
    void run(SimTime until = SimTime::max());

    std::optional<SimTime> next_change() { return engine_->next_change(); }
    const std::vector<std::string>& lines() const noexcept { return lines_; }
    const std::vector<ServiceEnd>& ends() const noexcept { return ends_; }

private:
    std::unique_ptr<ServiceFactory> factory_;  // empty when it belongs to the test
    std::unique_ptr<ServiceModel> engine_;
    std::vector<ServiceEnd> ends_;
    std::vector<std::string> lines_;
};

}  // namespace spillway::tests
