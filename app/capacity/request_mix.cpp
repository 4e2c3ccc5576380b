#include "app/capacity/request_mix.hpp"

#include <memory>

#include <fmt/format.h>

#include "app/scenario/assemble.hpp"
#include "sim/core/error.hpp"
#include "traces/unloaded_replay.hpp"

namespace spillway {
namespace {

std::size_t place_of(double unit, std::size_t count) {
    return std::min(count - 1, static_cast<std::size_t>(unit * static_cast<double>(count)));
}

ClassId class_named(const Scenario& scenario, const std::string& name) {
    const std::vector<std::string> names = scenario.class_names();
    for (std::uint32_t i = 0; i < names.size(); ++i) {
        if (names[i] == name)
            return {i};
    }
    throw unknown_name("--class", "class", name, {names.begin(), names.end()});
}

/// Keeps each of those that were added with equal probability (Vitter, "Random Sampling with a Reservoir",
/// ACM TOMS 11(1), 1985, algorithm R).
class Reservoir {
public:
    Reservoir(RequestMix& mix, RunSeed seed) : mix_(mix), draws_(StreamKey(seed, "sampled requests"), 0) {}
    void add(const Arrival& arrival) {
        const RequestShape shape{arrival.class_id, arrival.input_tokens, arrival.output_tokens,
                                 arrival.max_tokens, arrival.service};
        mix_.shared_prefixes = mix_.shared_prefixes || !arrival.prefix_blocks.empty();
        ++mix_.seen;
        if (mix_.shapes.size() < kMostShapes) {
            mix_.shapes.push_back(shape);
            return;
        }
        const std::size_t place = place_of(draws_.uniform(), mix_.seen);
        if (place < kMostShapes)
            mix_.shapes[place] = shape;
    }

private:
    RequestMix& mix_;
    RandomStream draws_;
};

double mean_of(const std::vector<RequestShape>& shapes, std::uint32_t RequestShape::*tokens) {
    double sum = 0;
    for (const RequestShape& shape : shapes) sum += shape.*tokens;
    return shapes.empty() ? 0 : sum / static_cast<double>(shapes.size());
}

}  // namespace

const RequestShape& RequestMix::draw(const StreamKey& key, std::uint64_t number) const {
    return shapes[place_of(RandomStream(key, number).uniform(), shapes.size())];
}

double RequestMix::mean_input() const { return mean_of(shapes, &RequestShape::input_tokens); }
double RequestMix::mean_output() const { return mean_of(shapes, &RequestShape::output_tokens); }

RequestMix sample_requests(const Scenario& scenario, const std::optional<std::string>& class_name) {
    std::optional<ClassId> wanted;
    if (class_name)
        wanted = class_named(scenario, *class_name);
    EntityCounter entities;
    ReadLog reads;
    const std::unique_ptr<RequestSource> source = assemble_traffic(scenario, entities, reads);
    UnloadedReplay replay(*source, std::nullopt);
    RequestMix mix;
    Reservoir reservoir(mix, scenario.draws.traffic);
    for (auto step = replay.next(); step != UnloadedReplay::Step::kEnd; step = replay.next()) {
        if (scenario.horizon && replay.at() >= SimTime{} + *scenario.horizon)
            break;
        if (step == UnloadedReplay::Step::kArrival && (!wanted || replay.arrival().class_id == *wanted))
            reservoir.add(replay.arrival());
    }
    if (mix.shapes.empty())
        throw InputError(class_name ? "--class" : scenario.where,
                         class_name ? fmt::format("no request is of class \"{}\"", *class_name)
                                    : "its traffic has no requests");
    return mix;
}

}  // namespace spillway
