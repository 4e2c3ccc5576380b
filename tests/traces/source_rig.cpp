#include "tests/traces/source_rig.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

using Json = nlohmann::ordered_json;

ConfigNode to_config(const std::string& where, const Json& json) {
    if (json.is_boolean())
        return ConfigNode::flag(where, json.get<bool>());
    if (json.is_number_integer())
        return ConfigNode::integer(where, json.get<std::int64_t>());
    if (json.is_number())
        return ConfigNode::number(where, json.get<double>());
    if (json.is_string())
        return ConfigNode::text(where, json.get<std::string>());
    if (json.is_array()) {
        std::vector<ConfigNode> items;
        for (const Json& item : json) {
            items.push_back(to_config(where + "[" + std::to_string(items.size()) + "]", item));
        }
        return ConfigNode::list(where, std::move(items));
    }
    if (!json.is_object())
        return ConfigNode(where);
    std::vector<ConfigNode::Member> members;
    for (const auto& [name, value] : json.items()) {
        members.emplace_back(name, to_config(std::string(where).append(".").append(name), value));
    }
    return ConfigNode::object(where, std::move(members));
}

}  // namespace

ConfigNode config_from(std::string_view json) { return to_config("test: source", Json::parse(json)); }

SourceContext SourceRig::context() {
    return {seed, ClassId{0}, begin, end, wall_clock, folder, entities, reads};
}

std::unique_ptr<RequestSource> SourceRig::make(std::string_view json) {
    return make_source(config_from(json), context());
}

std::vector<Arrival> drain(RequestSource& source) {
    std::vector<Arrival> arrivals;
    while (const std::optional<SimTime> next = source.next_time()) {
        Arrival arrival;
        source.pop(arrival);
        if (arrival.at != *next)
            FAIL("next_time() announced another moment");
        if (!arrivals.empty() && arrival.at < arrivals.back().at)
            FAIL("time went backwards");
        arrival.prefix_blocks = {};
        arrivals.push_back(arrival);
    }
    return arrivals;
}

std::vector<Arrival> drain(std::unique_ptr<RequestSource> source) { return drain(*source); }

std::vector<Arrival> arrivals_of(std::string_view json, std::optional<Duration> horizon) {
    SourceRig rig;
    if (horizon)
        rig.end = SimTime{*horizon};
    return drain(rig.make(json));
}

std::vector<double> seconds_of(const std::vector<Arrival>& arrivals) {
    std::vector<double> seconds;
    seconds.reserve(arrivals.size());
    for (const Arrival& arrival : arrivals) seconds.push_back(to_seconds(arrival.at));
    return seconds;
}

double Moments::cv() const { return std::sqrt(variance) / mean; }

Moments moments_of(const std::vector<double>& values) {
    Moments moments;
    double squares = 0;
    double count = 0;
    for (const double value : values) {
        const double off = value - moments.mean;
        moments.mean += off / ++count;
        squares += off * (value - moments.mean);
    }
    moments.variance = squares / (count - 1);
    return moments;
}

Moments gap_moments(const std::vector<Arrival>& arrivals) {
    std::vector<double> gaps;
    for (std::size_t i = 1; i < arrivals.size(); ++i) {
        gaps.push_back(to_seconds(arrivals[i].at - arrivals[i - 1].at));
    }
    return moments_of(gaps);
}

Moments count_moments(const std::vector<Arrival>& arrivals, Duration bin, Duration horizon) {
    std::vector<double> counts(static_cast<std::size_t>(horizon / bin));
    for (const Arrival& arrival : arrivals) {
        const auto index = static_cast<std::size_t>(arrival.at.time_since_epoch() / bin);
        if (index < counts.size())
            ++counts[index];
    }
    return moments_of(counts);
}

void require_refused(std::string_view json, const std::string& place, const std::string& problem,
                     std::optional<Duration> horizon) {
    INFO(json);
    try {
        arrivals_of(json, horizon);
    } catch (const InputError& error) {
        INFO("where: " << error.where() << "\nproblem: " << error.problem());
        CHECK(error.where().ends_with(place));
        CHECK(error.problem().find(problem) != std::string::npos);
        return;
    }
    FAIL("nothing was thrown about: " << problem);
}

}  // namespace spillway::tests
