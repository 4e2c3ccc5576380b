#include "calibration/common/run_probes.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <random>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr double kSlowClock = 0.9;       // of the clock at the beginning
constexpr double kDrift = 0.03;          // of the sentinel
constexpr std::size_t kKeptValues = 20;  // of a point with more samples, order statistics are enough

/// One point of the plan with what its rounds gave.
struct Task {
    Probe* probe = nullptr;
    ProbePoint point;
    std::vector<std::vector<double>> rounds;
    std::string stopped;
    std::vector<std::string> marks;
    std::string unavailable;
};

std::string shown(const Task& task) {
    std::string text(task.probe->name());
    for (const auto& [name, word] : task.point.words) text += fmt::format(" {} {}", name, word);
    for (const auto& [name, number] : task.point.numbers) text += fmt::format(" {} {}", name, number);
    return text;
}

std::vector<Task> tasks_of(ProbeBackend& backend, const ProbePlan& plan) {
    std::vector<std::string_view> names;
    for (const auto& probe : backend.probes()) names.push_back(probe->name());
    for (const std::string& wanted : plan.probes) {
        if (std::find(names.begin(), names.end(), wanted) == names.end())
            throw unknown_name("--probes", "probe", wanted, names);
    }
    std::vector<Task> tasks;
    for (const auto& probe : backend.probes()) {
        const bool wanted = plan.probes.empty() || std::find(plan.probes.begin(), plan.probes.end(),
                                                             probe->name()) != plan.probes.end();
        if (!wanted)
            continue;
        for (ProbePoint& point : probe->points(plan.effort)) {
            Task& task = tasks.emplace_back();
            task.probe = probe.get();
            task.point = std::move(point);
        }
    }
    return tasks;
}

/// Watches whether the machine stays the machine that it was.
class DriftWatch {
public:
    DriftWatch(ProbeBackend& backend, const ProbeWorld& world, double every_seconds)
        : backend_(backend), world_(world), every_seconds_(every_seconds) {
        first_sentinel_ = median_sentinel();
        looked_at_ = world_.seconds();
        if (const auto clocks = backend_.clocks())
            first_mhz_ = clocks->core_mhz;
    }

    /// What holds the machine back now; `under_load` was read right after a point.
    std::vector<std::string> marks(const std::optional<ClockReading>& under_load) {
        std::vector<std::string> marks;
        if (under_load && !under_load->throttled_by.empty())
            marks.push_back(fmt::format("throttled: {}", fmt::join(under_load->throttled_by, ", ")));
        // An idle device reads a low clock: the first reading under load is what others are compared with.
        if (under_load && under_load->core_mhz > first_mhz_)
            first_mhz_ = under_load->core_mhz;
        if (under_load && under_load->core_mhz > 0 && under_load->core_mhz < kSlowClock * first_mhz_)
            marks.push_back(
                fmt::format("clock at {:.0f} % of the first", 100 * under_load->core_mhz / first_mhz_));
        if (world_.seconds() - looked_at_ > every_seconds_)
            look();
        if (std::abs(drift_) > kDrift)
            marks.push_back(fmt::format("the sentinel moved by {:+.0f} %", 100 * drift_));
        return marks;
    }

    /// Compares the sentinel with its first times.
    void look() {
        drift_ = median_sentinel() / first_sentinel_ - 1;
        looked_at_ = world_.seconds();
    }

    /// A card at its power cap, or a machine with neighbours, stays so however long one waits.
    bool rests_help() const noexcept { return futile_rests_ < kFutileRests; }
    void rest_ended(const std::vector<std::string>& marks) noexcept {
        futile_rests_ = marks.empty() ? 0 : futile_rests_ + 1;
    }

private:
    static constexpr int kFutileRests = 5;  // in a row, after which nothing is waited for

    double median_sentinel() {
        constexpr std::size_t kTimes = 5;
        std::vector<double> times(kTimes);
        for (double& time : times) time = backend_.sentinel_seconds();
        return order_statistics(std::move(times)).median;
    }

    ProbeBackend& backend_;
    const ProbeWorld& world_;
    double every_seconds_;
    double first_sentinel_ = 0;
    double first_mhz_ = 0;
    double drift_ = 0;
    double looked_at_ = 0;
    int futile_rests_ = 0;
};

/// Measures a point until its rule is content.
Sampling measure(Trial& trial, const StopRule& rule, const ProbeWorld& world) {
    Sampling sampling(rule);
    const double begin = world.seconds();
    while (!sampling.stopped()) {
        const double sample = trial.sample();
        if (!(sample > 0 && std::isfinite(sample)))
            throw MeasureError(fmt::format("a sample of {} s", sample));
        sampling.add(sample, world.seconds() - begin);
    }
    return sampling;
}

void measure_round(Task& task, ProbeBackend& backend, const ProbePlan& plan, const ProbeWorld& world,
                   DriftWatch& watch) {
    PreparedPoint prepared = task.probe->prepare(task.point);
    if (!prepared.trial) {
        task.unavailable = prepared.unavailable;
        return;
    }
    const StopRule rule = task.probe->stop_rule(plan.rule);
    Sampling sampling = measure(*prepared.trial, rule, world);
    std::vector<std::string> marks = watch.marks(backend.clocks());
    if (!marks.empty() && watch.rests_help()) {
        world.rest(plan.cool_down_seconds);
        watch.look();  // or what has passed meanwhile would mark the next points too
        sampling = measure(*prepared.trial, rule, world);
        marks = watch.marks(backend.clocks());
        watch.rest_ended(marks);
    }
    task.rounds.push_back(sampling.samples());
    task.stopped = stop_reason_name(*sampling.stopped());
    for (std::string& mark : marks) {
        if (std::find(task.marks.begin(), task.marks.end(), mark) == task.marks.end())
            task.marks.push_back(std::move(mark));
    }
}

Sample sample_of(const Task& task) {
    std::vector<double> all;
    for (const std::vector<double>& round : task.rounds) all.insert(all.end(), round.begin(), round.end());
    const OrderStatistics statistics = order_statistics(all);
    Sample sample;
    sample.probe = task.probe->name();
    sample.words = task.point.words;
    sample.numbers = task.point.numbers;
    sample.median_seconds = statistics.median;
    sample.repeats = statistics.count;
    sample.spread = {statistics.least, statistics.lower_quartile, statistics.upper_quartile, statistics.most};
    sample.half_width = statistics.half_width;
    if (task.rounds.size() > 1)
        sample.rerun = order_statistics(task.rounds[1]).median / order_statistics(task.rounds[0]).median - 1;
    sample.stopped = task.stopped;
    if (all.size() <= kKeptValues)
        sample.values = std::move(all);
    sample.marks = task.marks;
    return sample;
}

}  // namespace

ProbeWorld real_probe_world(std::function<void(const std::string& line)> say) {
    return {
        [] {
            return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
        },
        [](double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); },
        std::move(say)};
}

SampleFile run_probes(ProbeBackend& backend, const ProbePlan& plan, const ProbeWorld& world) {
    std::vector<Task> tasks = tasks_of(backend, plan);
    DriftWatch watch(backend, world, plan.sentinel_every_seconds);
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < tasks.size(); ++i) order.push_back(i);
    std::mt19937_64 random(plan.order_seed);
    for (int round = 0; round < plan.rounds; ++round) {
        std::shuffle(order.begin(), order.end(), random);
        std::size_t done = 0;
        for (const std::size_t number : order) {
            Task& task = tasks[number];
            ++done;
            if (!task.unavailable.empty())
                continue;
            world.say(fmt::format("round {} of {}, {} of {}: {}", round + 1, plan.rounds, done, tasks.size(),
                                  shown(task)));
            try {
                measure_round(task, backend, plan, world, watch);
            } catch (const MeasureError& error) {
                task.unavailable = error.what();
            }
        }
    }
    SampleFile file;
    file.backend = backend.name();
    const MachineFacts machine = backend.machine();
    file.gpu = machine.device;
    file.device = machine.numbers;
    file.environment = machine.words;
    for (const Task& task : tasks) {
        if (!task.rounds.empty() && task.unavailable.empty())
            file.samples.push_back(sample_of(task));
        else
            file.skipped.push_back(
                {std::string(task.probe->name()), task.point.words, task.point.numbers, task.unavailable});
    }
    return file;
}

}  // namespace spillway
