#include "calibration/common/run_probes.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <sstream>

#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

/// A clock that moves only when something is measured or rests.
struct HandClock {
    double now = 0;
    double rested = 0;
    std::vector<std::string> said;

    ProbeWorld world() {
        return {[this] { return now; },
                [this](double seconds) {
                    now += seconds;
                    rested += seconds;
                },
                [this](const std::string& line) { said.push_back(line); }};
    }
};

/// What the fake machine does, for a test to set.
struct Machine {
    HandClock clock;
    std::vector<double> measured;  ///< the points that were prepared, in order
    int samples = 0;
    double slowness = 1;     ///< factor of everything
    double last_sample = 0;  ///< when not 0: what each sample gives
    std::optional<ClockReading> reading;
    std::function<void()> after_sample = [] {};
};

class FakeTrial : public Trial {
public:
    FakeTrial(Machine& machine, double size) : machine_(machine), size_(size) {}
    double sample() override {
        const double seconds = machine_.last_sample != 0 ? machine_.last_sample : size_ * machine_.slowness;
        machine_.clock.now += seconds;
        ++machine_.samples;
        machine_.after_sample();
        return seconds;
    }

private:
    Machine& machine_;
    double size_;
};

/// Points of 1 to 8 seconds; the seventh cannot be, the eighth goes wrong.
class FakeProbe : public Probe {
public:
    FakeProbe(std::string name, Machine& machine) : name_(std::move(name)), machine_(machine) {}
    std::string_view name() const noexcept override { return name_; }
    std::string_view summary() const noexcept override { return "sleeps"; }
    std::vector<ProbePoint> points(Effort) const override {
        std::vector<ProbePoint> points;
        for (int size = 1; size <= 8; ++size) points.push_back({{{"kind", "a"}}, {{"size", size}}});
        return points;
    }
    PreparedPoint prepare(const ProbePoint& point) override {
        const double size = point.number("size");
        if (size == 7)
            return PreparedPoint::missing("seven needs another machine");
        if (size == 8)
            throw MeasureError("eight is wrong");
        machine_.measured.push_back(size);
        return PreparedPoint::ready(std::make_unique<FakeTrial>(machine_, size));
    }

private:
    std::string name_;
    Machine& machine_;
};

class FakeBackend : public ProbeBackend {
public:
    explicit FakeBackend(Machine& machine) : machine_(machine) {
        for (const char* name : {"first", "second"})
            probes_.push_back(std::make_unique<FakeProbe>(name, machine));
    }
    std::string_view name() const noexcept override { return "host"; }
    MachineFacts machine() override { return {"toy", {{"memory_bytes", 1}}, {{"kernel", "none"}}}; }
    std::span<const std::unique_ptr<Probe>> probes() override { return probes_; }
    std::optional<ClockReading> clocks() override { return machine_.reading; }
    double sentinel_seconds() override { return 0.001 * machine_.slowness; }

private:
    Machine& machine_;
    std::vector<std::unique_ptr<Probe>> probes_;
};

ProbePlan plan_of(std::uint64_t seed) {
    ProbePlan plan;
    plan.rule.least = 6;
    plan.rule.floor_seconds = 0;
    plan.rule.ceiling_seconds = 1e9;
    plan.probes = {"first"};
    plan.order_seed = seed;
    return plan;
}

SampleFile run(Machine& machine, const ProbePlan& plan) {
    FakeBackend backend(machine);
    return run_probes(backend, plan, machine.clock.world());
}

}  // namespace

TEST_CASE("each point is measured in two rounds, and its samples go together", "[calibration][run_probes]") {
    Machine machine;
    const SampleFile file = run(machine, plan_of(1));
    REQUIRE(file.backend == "host");
    REQUIRE(file.gpu == "toy");
    REQUIRE(file.device == NamedNumbers{{"memory_bytes", 1}});
    REQUIRE(file.environment == NamedWords{{"kernel", "none"}});
    REQUIRE(file.samples.size() == 6);
    for (std::size_t i = 0; i < file.samples.size(); ++i) {
        const Sample& sample = file.samples[i];
        REQUIRE(sample.probe == "first");
        REQUIRE(sample.number("size") == static_cast<double>(i + 1));
        REQUIRE(sample.word("kind") == "a");
        REQUIRE(sample.median_seconds == sample.number("size"));
        REQUIRE(sample.repeats == 12);
        REQUIRE(sample.values.size() == 12);
        REQUIRE(sample.half_width == 0);
        REQUIRE(sample.rerun == 0);
        REQUIRE(sample.stopped == "precise");
        REQUIRE(sample.marks.empty());
    }
}

TEST_CASE("a point that cannot be and a point that goes wrong are skipped with the reason",
          "[calibration][run_probes]") {
    Machine machine;
    const SampleFile file = run(machine, plan_of(1));
    REQUIRE(file.skipped.size() == 2);
    REQUIRE(file.skipped[0].reason == "seven needs another machine");
    REQUIRE(file.skipped[0].numbers == NamedNumbers{{"size", 7}});
    REQUIRE(file.skipped[1].reason == "eight is wrong");
}

TEST_CASE("a sample that is no time of its own makes its point skipped", "[calibration][run_probes]") {
    Machine machine;
    machine.last_sample = -1;
    const SampleFile file = run(machine, plan_of(1));
    REQUIRE(file.samples.empty());
    REQUIRE(file.skipped.size() == 8);
    REQUIRE(file.skipped[0].reason == "a sample of -1 s");
}

TEST_CASE("the order of points is another in each round and the same for the same seed",
          "[calibration][run_probes]") {
    Machine one;
    Machine again;
    Machine other;
    run(one, plan_of(1));
    run(again, plan_of(1));
    run(other, plan_of(2));
    REQUIRE(one.measured.size() == 12);
    REQUIRE(one.measured == again.measured);
    REQUIRE(one.measured != other.measured);
    const std::vector<double> first(one.measured.begin(), one.measured.begin() + 6);
    const std::vector<double> second(one.measured.begin() + 6, one.measured.end());
    REQUIRE(first != second);
    REQUIRE(std::is_permutation(first.begin(), first.end(), second.begin()));
}

TEST_CASE("without names all probes are measured, and an unknown name is refused",
          "[calibration][run_probes]") {
    Machine machine;
    ProbePlan plan = plan_of(1);
    plan.probes = {};
    REQUIRE(run(machine, plan).samples.size() == 12);
    plan.probes = {"frist"};
    REQUIRE_THROWS_AS(run(machine, plan), InputError);
}

TEST_CASE("a throttled point is measured again after a rest and marked; five rests in vain are enough",
          "[calibration][run_probes]") {
    Machine machine;
    machine.reading = ClockReading{1000, 0, 0, 0, {"power cap"}};
    const ProbePlan plan = plan_of(1);
    const SampleFile file = run(machine, plan);
    REQUIRE(file.samples.size() == 6);
    REQUIRE(machine.samples == (12 + 5) * 6);  // twice for the first five
    REQUIRE(machine.clock.rested == 5 * plan.cool_down_seconds);
    for (const Sample& sample : file.samples) {
        REQUIRE(sample.repeats == 12);  // of the second time only, where there was one
        REQUIRE(sample.marks == std::vector<std::string>{"throttled: power cap"});
    }
}

TEST_CASE("a point that was throttled for a moment is measured again and not marked",
          "[calibration][run_probes]") {
    Machine machine;
    machine.reading = ClockReading{1000, 0, 0, 0, {"temperature"}};
    machine.after_sample = [&] {
        if (machine.samples == 12)  // the first point's second time is over
            machine.reading->throttled_by.clear();
    };
    const SampleFile file = run(machine, plan_of(1));
    for (const Sample& sample : file.samples) REQUIRE(sample.marks.empty());
    REQUIRE(machine.samples == 2 * 6 * 6 + 6);
}

TEST_CASE("a clock below nine tenths of the first one marks what ran at it", "[calibration][run_probes]") {
    Machine machine;
    machine.reading = ClockReading{1000, 0, 0, 0, {}};
    machine.after_sample = [&] { machine.reading->core_mhz = machine.samples > 36 ? 800 : 1000; };
    const SampleFile file = run(machine, plan_of(1));
    for (const Sample& sample : file.samples)
        REQUIRE(sample.marks == std::vector<std::string>{"clock at 80 % of the first"});
}

TEST_CASE("a sentinel that has moved marks what is measured while it has", "[calibration][run_probes]") {
    Machine machine;
    machine.after_sample = [&] {
        if (machine.samples > 36)  // the second round
            machine.slowness = 1.1;
    };
    const SampleFile file = run(machine, plan_of(1));
    std::size_t marked = 0;
    for (const Sample& sample : file.samples) {
        const std::vector<std::string> moved{"the sentinel moved by +10 %"};
        marked += sample.marks == moved;
        REQUIRE((sample.marks.empty() || sample.marks == moved));
    }
    // Looked at every half minute, that is after a few points; what came before it is not known to have
    // moved.
    REQUIRE(marked >= 3);
}

TEST_CASE("a sentinel that comes back within a rest marks nothing afterwards", "[calibration][run_probes]") {
    Machine machine;
    int slow_until = 0;
    machine.after_sample = [&] {
        if (machine.slowness > 1 && machine.clock.rested > 0)
            machine.slowness = 1;
        if (slow_until == 0 && machine.samples == 36) {
            slow_until = 1;
            machine.slowness = 1.5;
        }
    };
    const SampleFile file = run(machine, plan_of(1));
    std::size_t marked = 0;
    for (const Sample& sample : file.samples) marked += !sample.marks.empty();
    REQUIRE(machine.clock.rested > 0);
    REQUIRE(marked <= 1);  // the point that was slow itself
}

TEST_CASE("two rounds that differ are told of by their medians", "[calibration][run_probes]") {
    Machine machine;
    ProbePlan plan = plan_of(1);
    plan.sentinel_every_seconds = 1e9;
    machine.after_sample = [&] {
        if (machine.samples == 36)
            machine.slowness = 1.25;
    };
    for (const Sample& sample : run(machine, plan).samples) REQUIRE(sample.rerun == 0.25);
}

TEST_CASE("what a suite gives is a file that reads back the same", "[calibration][run_probes]") {
    Machine machine;
    const SampleFile file = run(machine, plan_of(1));
    std::ostringstream out;
    write_samples(file, out);
    std::ostringstream again;
    write_samples(read_samples(out.str(), "a test"), again);
    REQUIRE(out.str() == again.str());
}

TEST_CASE("progress names the round, the point and how many there are", "[calibration][run_probes]") {
    Machine machine;
    run(machine, plan_of(1));
    REQUIRE_THAT(machine.clock.said.front(), contains_text("round 1 of 2, 1 of 8: first kind a size"));
}

}  // namespace spillway::tests
