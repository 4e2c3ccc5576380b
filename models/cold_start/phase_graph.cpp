#include "models/cold_start/phase_graph.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "models/dependencies.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

std::vector<std::uint32_t> ordered(std::span<const PhaseGraph::Phase> phases, const std::string& where) {
    std::vector<std::vector<std::uint32_t>> before;
    for (const PhaseGraph::Phase& phase : phases) before.push_back(phase.before);
    DependencyOrder found = order_dependencies(before);
    if (found.cycle.empty())
        return std::move(found.order);
    std::string text;
    for (const std::uint32_t phase : found.cycle) text += (text.empty() ? "" : " -> ") + phases[phase].name;
    throw InputError(where, "the phases wait for each other in a circle: " + text,
                     "take one of them out of another's \"after\"");
}

std::vector<std::string_view> phase_names(const std::vector<PhaseSpec>& specs) {
    std::vector<std::string_view> names;
    for (const PhaseSpec& spec : specs) {
        if (std::find(names.begin(), names.end(), spec.name) != names.end()) {
            throw InputError(spec.where, "a phase named \"" + spec.name + "\" stands there already",
                             R"(give one of them its own "name")");
        }
        names.push_back(spec.name);
    }
    return names;
}

std::vector<std::uint32_t> predecessors(const PhaseSpec& spec, const std::vector<std::string_view>& names) {
    std::vector<std::uint32_t> after;
    for (const std::string& name : spec.after) {
        const auto found = std::find(names.begin(), names.end(), name);
        if (found == names.end())
            throw unknown_name(spec.where, "phase", name, names);
        const auto phase = static_cast<std::uint32_t>(found - names.begin());
        if (std::find(after.begin(), after.end(), phase) != after.end()) {
            throw InputError(spec.where, "\"after\" names \"" + name + "\" twice", "name it once");
        }
        after.push_back(phase);
    }
    return after;
}

/// The one of `among` that ended last; among equals the lowest number. Empty when there is none.
template <class Phases>
std::optional<std::uint32_t> last_of(const Phases& among, std::span<const SimTime> ends) {
    std::optional<std::uint32_t> last;
    for (const std::uint32_t phase : among) {
        if (!last || ends[phase] > ends[*last] || (ends[phase] == ends[*last] && phase < *last))
            last = phase;
    }
    return last;
}

}  // namespace

PhaseGraph::PhaseGraph(const std::vector<PhaseSpec>& specs, const std::string& where) {
    if (specs.empty()) {
        throw InputError(
            where, "a start needs at least one phase",
            R"(write [{"phase": "container", "time": "0s"}] for workers that are ready at once)");
    }
    const std::vector<std::string_view> names = phase_names(specs);
    for (const PhaseSpec& spec : specs) {
        phases_.push_back({spec.name, spec.kind, spec.time, predecessors(spec, names), {}, spec.need});
    }
    for (std::uint32_t phase = 0; phase < phases_.size(); ++phase) {
        for (const std::uint32_t before : phases_[phase].after) phases_[before].before.push_back(phase);
    }
    order_ = ordered(phases_, where);
}

bool PhaseGraph::is_series() const noexcept {
    // In an order that respects the edges, a chain is one in which each phase waits for the one right before
    // it.
    for (std::size_t i = 1; i < order_.size(); ++i) {
        const std::vector<std::uint32_t>& after = phases_[order_[i]].after;
        if (std::find(after.begin(), after.end(), order_[i - 1]) == after.end())
            return false;
    }
    return true;
}

/// Visits the phases of the critical path that took time, the last one first.
template <class Visit>
void PhaseGraph::walk_back(SimTime begin, std::span<const SimTime> ends, Visit&& visit) const {
    for (auto phase = last_of(order_, ends); phase; phase = last_of(phases_[*phase].after, ends)) {
        const auto before = last_of(phases_[*phase].after, ends);
        if (ends[*phase] > (before ? ends[*before] : begin))
            visit(*phase);
    }
}

void PhaseGraph::critical_path(SimTime begin, std::span<const SimTime> ends,
                               std::vector<StartStretch>& path) const {
    path.clear();
    walk_back(begin, ends, [&](std::uint32_t phase) { path.push_back({phases_[phase].kind, ends[phase]}); });
    std::reverse(path.begin(), path.end());
}

std::vector<std::uint32_t> PhaseGraph::critical_phases(SimTime begin, std::span<const SimTime> ends) const {
    std::vector<std::uint32_t> path;
    walk_back(begin, ends, [&](std::uint32_t phase) { path.push_back(phase); });
    std::reverse(path.begin(), path.end());
    return path;
}

}  // namespace spillway
