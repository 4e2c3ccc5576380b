#include "traces/combine/combine.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "sim/core/error.hpp"
#include "traces/combine/copies.hpp"
#include "traces/combine/repeat.hpp"
#include "traces/combine/retime.hpp"
#include "traces/combine/thin.hpp"
#include "traces/gen/closed_loop.hpp"
#include "traces/gen/generator_params.hpp"
#include "traces/gen/sessions.hpp"

namespace spillway {
namespace {

struct Cut {
    Duration from;
    std::optional<Duration> length;
};

struct RepeatSpec {
    Duration period;
    std::optional<std::int64_t> times;
    std::optional<Duration> length;
};

/// The operations around one source.
struct Operations {
    std::optional<Cut> cut;
    double time_factor;
    std::optional<RepeatSpec> repeat;
    double rate_factor;
    Duration copy_jitter;

    bool any() const { return cut || time_factor != 1 || repeat || rate_factor != 1; }
};

std::optional<Cut> read_cut(ParamReader& params) {
    const ConfigNode* node = params.node("cut");
    if (node == nullptr)
        return std::nullopt;
    ParamReader reader(*node, kCutParams);
    Cut cut{reader.duration("from"), reader.optional_duration("for")};
    if (cut.length == Duration{0})
        throw InputError(reader.where("for"), "leaves nothing");
    reader.finish();
    return cut;
}

Duration read_period(ParamReader& reader, const std::optional<Cut>& cut, double time_factor) {
    const std::optional<Duration> stated = reader.optional_duration("period");
    if (stated == Duration{0})
        throw InputError(reader.where("period"), "must be above 0");
    if (stated)
        return *stated;
    if (cut && cut->length)
        return from_seconds(to_seconds(*cut->length) * time_factor);
    throw InputError(reader.where(), "\"period\" is missing",
                     "state it, or the length of a \"cut\": \"24h\"");
}

std::optional<RepeatSpec> read_repeat(ParamReader& params, const std::optional<Cut>& cut,
                                      double time_factor) {
    const ConfigNode* node = params.node("repeat");
    if (node == nullptr)
        return std::nullopt;
    ParamReader reader(*node, kRepeatParams);
    RepeatSpec spec{read_period(reader, cut, time_factor), reader.optional_integer("times"),
                    reader.optional_duration("for")};
    if (spec.times == 0)
        throw InputError(reader.where("times"), "must be 1 or more");
    reader.finish();
    return spec;
}

Operations read_operations(ParamReader& params) {
    Operations ops{
        read_cut(params), positive_number(params, "time_factor"), {}, 0, params.duration("copy_jitter")};
    ops.repeat = read_repeat(params, ops.cut, ops.time_factor);
    ops.rate_factor = positive_number(params, "rate_factor");
    if (ops.rate_factor > kMaxRateFactor) {
        throw InputError(params.where("rate_factor"), "is above " + std::to_string(kMaxRateFactor),
                         "copies of one trace do not become other traffic: use a generator for more");
    }
    return ops;
}

SourceContext with_span(const SourceContext& context, SimTime begin, std::optional<SimTime> end) {
    return {context.seed,   context.class_id, begin,        end, context.wall_clock,
            context.folder, context.entities, context.reads};
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
        std::unique_ptr<RequestSource> source = make_cycles(context);
        if (ops_.rate_factor < 1)
            return thin(std::move(source), context.seed, ops_.rate_factor);
        if (ops_.rate_factor > 1)
            return multiply(std::move(source), ops_.rate_factor, ops_.copy_jitter, context);
        return source;
    }

private:
    std::unique_ptr<RequestSource> make_leaf(const SourceContext& context) const {
        ParamReader params(node_, kSourceParams, entry_->params);
        static_cast<void>(params.text("source"));
        static_cast<void>(read_operations(params));
        std::unique_ptr<RequestSource> source = entry_->make(params, context);
        params.finish();
        return source;
    }

    /// The leaf lives in a time of its own that begins at 0; the window puts it where it belongs.
    std::unique_ptr<RequestSource> make_window(const SourceContext& context) const {
        TimeWindow window{SimTime{}, std::nullopt, context.begin, ops_.time_factor};
        if (ops_.cut) {
            window.from += ops_.cut->from;
            if (ops_.cut->length)
                window.until = window.from + *ops_.cut->length;
        }
        if (context.end) {
            const SimTime last = window.origin_of(*context.end);
            window.until = window.until ? std::min(*window.until, last) : last;
        }
        SourceContext leaf = with_span(context, SimTime{}, window.until);
        leaf.wall_clock += std::chrono::floor<std::chrono::seconds>(context.begin.time_since_epoch()).count();
        return retime(make_leaf(leaf), window);
    }

    std::unique_ptr<RequestSource> make_cycles(const SourceContext& context) const {
        if (!ops_.repeat) {
            return ops_.cut || ops_.time_factor != 1 ? make_window(context) : make_leaf(context);
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
