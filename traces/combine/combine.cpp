#include "traces/combine/combine.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/core/error.hpp"
#include "traces/azure_functions.hpp"
#include "traces/azure_llm.hpp"
#include "traces/burstgpt.hpp"
#include "traces/combine/capped.hpp"
#include "traces/combine/copies.hpp"
#include "traces/combine/gather.hpp"
#include "traces/combine/operations.hpp"
#include "traces/combine/repeat.hpp"
#include "traces/combine/resample.hpp"
#include "traces/combine/retime.hpp"
#include "traces/combine/thin.hpp"
#include "traces/gen/closed_loop.hpp"
#include "traces/gen/sessions.hpp"
#include "traces/generic_csv.hpp"
#include "traces/mooncake.hpp"

namespace spillway {
namespace {

std::optional<SimTime> earlier(std::optional<SimTime> a, std::optional<SimTime> b) {
    return a && b ? std::min(*a, *b) : a ? a : b;
}

/// The members of a source that are its entry's own, as text: what it reads depends on them alone.
std::string own_text(const ConfigNode& node) {
    std::vector<ConfigNode::Member> own;
    for (const ConfigNode::Member& member : node.members()) {
        // All but "source" itself, which comes first.
        const bool common = std::any_of(kSourceParams.begin() + 1, kSourceParams.end(),
                                        [&](const ParamSpec& one) { return one.name == member.first; });
        if (!common)
            own.push_back(member);
    }
    return config_text(ConfigNode::object(node.where(), std::move(own)));
}

/// Builds one source with its operations, from the inside out. A value type.
class Pipeline {
public:
    Pipeline(const ConfigNode& node, const RegistryEntry<MakeSource>& entry) : node_(node), entry_(&entry) {
        ParamReader params(node_, kSourceParams, entry.params);
        ops_ = read_operations(params);
        if (ops_.any() && is_reactive(entry)) {
            throw InputError(node_.where(),
                             "this source waits for answers and cannot be cut, scaled or repeated",
                             "change its own parameters instead");
        }
    }

    std::unique_ptr<RequestSource> make(const SourceContext& context) const {
        std::unique_ptr<RequestSource> source = make_scaled(context);
        if (ops_.bursts)
            source = gather(std::move(source), *ops_.bursts, context);
        if (ops_.max_input_tokens || ops_.max_output_tokens)
            source = cap_lengths(std::move(source), ops_.max_input_tokens, ops_.max_output_tokens);
        return source;
    }

private:
    std::unique_ptr<RequestSource> make_scaled(const SourceContext& context) const {
        std::unique_ptr<RequestSource> source = make_cycles(context);
        if (ops_.rate_factor < 1)
            return thin(std::move(source), context.seed, ops_.rate_factor);
        if (ops_.rate_factor > 1)
            return multiply(std::move(source), ops_.rate_factor, ops_.copy_jitter, context);
        return source;
    }

    std::unique_ptr<RequestSource> make_leaf(const SourceContext& context) const {
        ParamReader params(node_, kSourceParams, entry_->params);
        static_cast<void>(params.text("source"));
        static_cast<void>(read_operations(params));
        std::unique_ptr<RequestSource> source = entry_->make(params, context);
        params.finish();
        return source;
    }

    /// The part of the leaf's own time that the cut leaves, up to what comes to lie at `end`.
    TimeWindow window_at(SimTime begin, std::optional<SimTime> end) const {
        TimeWindow window{SimTime{}, std::nullopt, begin, ops_.time_factor};
        if (ops_.cut) {
            window.from += ops_.cut->from;
            if (ops_.cut->length)
                window.until = window.from + *ops_.cut->length;
        }
        if (end)
            window.until = earlier(window.until, window.origin_of(*end));
        return window;
    }

    /// The part that is played in all, whichever cycle of it, or warm-up, this instance is.
    TimeWindow whole_window(const SourceContext& context) const {
        std::optional<SimTime> end = context.measured_end;
        if (ops_.repeat)
            end = earlier(end, SimTime{} + std::min(ops_.repeat->period,
                                                    ops_.repeat->length.value_or(ops_.repeat->period)));
        return window_at(SimTime{}, end);
    }

    /// The leaf lives in a time of its own that begins at 0; the window puts it where it belongs.
    std::unique_ptr<RequestSource> make_window(const SourceContext& context) const {
        const TimeWindow window = window_at(context.begin, context.end);
        if (made_anew(context))
            return retime(make_resampled(context), window);
        const Duration shift = std::chrono::floor<std::chrono::seconds>(context.begin.time_since_epoch());
        const SourceContext leaf{context.seed,
                                 context.class_id,
                                 SimTime{},
                                 window.until,
                                 context.wall_clock + shift / std::chrono::seconds(1),
                                 context.folder,
                                 context.entities,
                                 context.reads,
                                 Emptiness::kRefused,
                                 context.resample,
                                 whole_window(context).until};
        return retime(make_leaf(leaf), window);
    }

    bool made_anew(const SourceContext& context) const { return context.resample && is_recorded(*entry_); }

    /// A new draw of a recorded trace, in the leaf's own time.
    std::unique_ptr<RequestSource> make_resampled(const SourceContext& context) const {
        const TimeWindow whole = whole_window(context);
        const auto count = [](SimTime at) { return at.time_since_epoch().count(); };
        const std::string key =
            fmt::format("{} {} from {} to {}, {} at 0", context.folder.string(), own_text(node_),
                        count(whole.from), count(whole.until.value_or(SimTime::max())), context.wall_clock);
        const auto record = [&] { return make_recording(context, whole); };
        const Resampling& how = *context.resample;
        return resample(
            how.recordings ? how.recordings->get(key, record) : std::make_shared<const Recording>(record()),
            how, context);
    }

    /// Under one seed for all: where requests lie within a grid or a minute is then a part of the record.
    Recording make_recording(const SourceContext& context, const TimeWindow& whole) const {
        EntityCounter entities;
        ReadLog reads;
        const std::unique_ptr<RequestSource> source =
            make_leaf({RunSeed{}, context.class_id, SimTime{}, whole.until, context.wall_clock,
                       context.folder, entities, reads});
        return Recording(*source, whole, reads);
    }

    std::unique_ptr<RequestSource> make_cycles(const SourceContext& context) const {
        if (!ops_.repeat) {
            const bool moved = ops_.cut || ops_.time_factor != 1 || made_anew(context);
            return moved ? make_window(context) : make_leaf(context);
        }
        RepeatPlan plan{ops_.repeat->period, ops_.repeat->times, std::nullopt};
        if (ops_.repeat->length)
            plan.until = std::max(context.begin, SimTime{}) + *ops_.repeat->length;
        if (!plan.times && !plan.until && !context.end) {
            throw InputError(node_.where(), "this source is repeated without end",
                             "give \"times\" or \"for\", or give the scenario a \"horizon\"");
        }
        return repeat([self = *this](const SourceContext& cycle) { return self.make_window(cycle); }, plan,
                      context);
    }

    ConfigNode node_;
    const RegistryEntry<MakeSource>* entry_;
    Operations ops_{};
};

}  // namespace

std::unique_ptr<RequestSource> make_combined(const ConfigNode& node, const RegistryEntry<MakeSource>& entry,
                                             const SourceContext& context) {
    return Pipeline(node, entry).make(context);
}

bool is_recorded(const RegistryEntry<MakeSource>& entry) {
    constexpr std::array kRecorded{make_azure_llm, make_azure_functions, make_burstgpt, make_csv,
                                   make_mooncake};
    return std::find(kRecorded.begin(), kRecorded.end(), entry.make) != kRecorded.end();
}

bool is_reactive(const RegistryEntry<MakeSource>& entry) {
    return entry.make == make_sessions || entry.make == make_closed_loop;
}

std::unique_ptr<RequestSource> make_passive_source(const ConfigNode& node, const SourceContext& context) {
    if (is_reactive(source_entry(node))) {
        throw InputError(node.where(), "a source that waits for answers cannot stand inside another",
                         "list it beside the other sources");
    }
    return make_source(node, context);
}

}  // namespace spillway
