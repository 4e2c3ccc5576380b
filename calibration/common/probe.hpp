#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "calibration/common/named_values.hpp"
#include "calibration/common/stop_rule.hpp"

namespace spillway {

/// One point of a probe's grid. Sizes are bytes or counts; calibration/README.md lists them by probe.
struct ProbePoint {
    NamedWords words;      ///< "dtype": "bf16"
    NamedNumbers numbers;  ///< "m": 128

    /// Requires: there is a parameter of that name (CHECK).
    const std::string& word(std::string_view name) const;
    double number(std::string_view name) const;
    std::size_t size(std::string_view name) const { return static_cast<std::size_t>(number(name)); }
};

/// A measurement that went wrong: a call that the driver refused, a kernel with a wrong result. That point
/// has no time then, and the file says why; other points are still measured.
class MeasureError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// How much of a machine's time a suite may take: about a minute, ten, or an hour.
enum class Effort : std::uint8_t { kQuick, kNormal, kThorough };

/// One point made ready: buffers filled, kernels compared with a reference, warmed up. Owns what it uses.
class Trial {
public:
    virtual ~Trial() = default;
    /// Does it once, with cold caches where the point says so, and returns the seconds that it took alone.
    virtual double sample() = 0;
};

/// A point to be measured, or why this machine cannot: "fp8 products need compute capability 8.9".
struct PreparedPoint {
    std::unique_ptr<Trial> trial;  ///< null: see unavailable
    std::string unavailable;

    static PreparedPoint ready(std::unique_ptr<Trial> trial) { return {std::move(trial), {}}; }
    static PreparedPoint missing(std::string why) { return {nullptr, std::move(why)}; }
};

/// One thing to measure. Stateless between points.
class Probe {
public:
    virtual ~Probe() = default;
    virtual std::string_view name() const noexcept = 0;     ///< "gemm", as samples name it
    virtual std::string_view summary() const noexcept = 0;  ///< one line
    virtual std::vector<ProbePoint> points(Effort effort) const = 0;
    /// Throws MeasureError when what it computes is wrong or the machine fails.
    virtual PreparedPoint prepare(const ProbePoint& point) = 0;
    /// `usual`, changed where this probe needs it: a fresh process for each sample asks for fewer.
    virtual StopRule stop_rule(const StopRule& usual) const { return usual; }
};

/// What a device's clocks were at one moment.
struct ClockReading {
    double core_mhz = 0;
    double memory_mhz = 0;
    double celsius = 0;
    double watts = 0;
    std::vector<std::string> throttled_by;  ///< "power cap", "temperature"; empty: nothing holds it back
};

/// What was measured on. Words and numbers that are not known are left out.
struct MachineFacts {
    std::string device;    ///< the device's own name
    NamedNumbers numbers;  ///< memory_bytes, multiprocessors, l2_bytes, ...
    NamedWords words;      ///< driver, cuda, cpu, storage, kernel, ...
};

/// A kind of machine with its probes.
class ProbeBackend {
public:
    virtual ~ProbeBackend() = default;
    virtual std::string_view name() const noexcept = 0;  ///< "cuda" or "host"
    virtual MachineFacts machine() = 0;
    virtual std::span<const std::unique_ptr<Probe>> probes() = 0;
    /// Empty where nothing tells.
    virtual std::optional<ClockReading> clocks() = 0;
    /// The same work whenever it is asked for, so that a machine that drifts is found out.
    virtual double sentinel_seconds() = 0;
};

}  // namespace spillway
