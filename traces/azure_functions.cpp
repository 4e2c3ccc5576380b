#include "traces/azure_functions.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/core/distribution.hpp"
#include "sim/core/error.hpp"
#include "traces/cell.hpp"
#include "traces/duration_profile.hpp"
#include "traces/minute_counts.hpp"
#include "traces/wall_stamp.hpp"

namespace spillway {

namespace {

constexpr Duration kMinute = std::chrono::minutes(1);

enum class Spread : std::uint8_t { kPoisson, kEven };

struct FunctionsTraffic {
    MinuteCounts counts;
    std::vector<std::optional<Distribution>> durations;  ///< by function; empty: not known
    Spread spread = Spread::kPoisson;
    SimTime midnight;  ///< when the table's day began
};

/// Invocations minute by minute; holds those of one minute at a time.
class FunctionsSource final : public RequestSource {
public:
    FunctionsSource(FunctionsTraffic traffic, const SourceContext& context)
        : traffic_(std::move(traffic)),
          class_id_(context.class_id),
          begin_(context.begin),
          end_(context.end),
          leaf_(context.entities.next_leaf()),
          place_key_(context.seed, "invocation within its minute"),
          service_key_(context.seed, "duration of an invocation") {
        fill();
    }

    std::optional<SimTime> next_time() override {
        return next_ < minute_.size() ? std::optional(minute_[next_].at) : std::nullopt;
    }

    void pop(Arrival& arrival) override {
        SPILLWAY_CHECK(next_ < minute_.size(), "pop() without a next_time()");
        const Invocation& invocation = minute_[next_];
        arrival = Arrival{};
        arrival.at = invocation.at;
        arrival.origin = entity_id(leaf_, given_++);
        arrival.class_id = class_id_;
        if (const std::optional<Distribution>& law = traffic_.durations[invocation.function]) {
            arrival.service = law->duration(RandomStream(service_key_, arrival.origin).uniform());
        }
        if (++next_ == minute_.size())
            fill();
    }

private:
    struct Invocation {
        SimTime at;
        std::uint32_t function;
    };

    /// Takes cells up to the end of the next minute that has an invocation in the window.
    void fill() {
        minute_.clear();
        next_ = 0;
        const std::vector<MinuteCell>& cells = traffic_.counts.cells;
        while (minute_.empty() && cell_ < cells.size()) {
            const std::uint32_t minute = cells[cell_].minute;
            for (; cell_ < cells.size() && cells[cell_].minute == minute; ++cell_) place(cells[cell_]);
        }
        const auto earlier = [](const Invocation& a, const Invocation& b) { return a.at < b.at; };
        std::stable_sort(minute_.begin(), minute_.end(), earlier);
    }

    void place(const MinuteCell& cell) {
        const SimTime start = traffic_.midnight + cell.minute * kMinute;
        // By name, so that a function keeps its moments when the scenario asks for fewer others.
        const std::uint64_t name = parse_name_id(traffic_.counts.functions[cell.function]);
        RandomStream draw(place_key_, name ^ std::uint64_t{cell.minute} * 0x9e3779b97f4a7c15);
        for (std::uint32_t i = 0; i < cell.count; ++i) {
            const double share =
                traffic_.spread == Spread::kPoisson ? draw.uniform() : (i + 0.5) / cell.count;
            const SimTime at =
                start + Duration(static_cast<Duration::rep>(share * static_cast<double>(kMinute.count())));
            if (at >= begin_ && (!end_ || at < *end_))
                minute_.push_back({at, cell.function});
        }
    }

    FunctionsTraffic traffic_;
    ClassId class_id_;
    SimTime begin_;
    std::optional<SimTime> end_;
    std::uint64_t leaf_;
    std::uint64_t given_ = 0;
    StreamKey place_key_;
    StreamKey service_key_;
    std::size_t cell_ = 0;
    std::vector<Invocation> minute_;
    std::size_t next_ = 0;
};

FunctionFilter read_function_filter(ParamReader& params) {
    FunctionFilter filter;
    filter.trigger = params.optional_text("trigger");
    if (const ConfigNode* names = params.node("functions")) {
        for (const ConfigNode& name : names->items()) filter.names.push_back(name.as_text());
    }
    return filter;
}

std::vector<std::optional<Distribution>> read_durations(ParamReader& params, const SourceContext& context,
                                                        const std::vector<std::string>& functions) {
    std::vector<std::optional<Distribution>> durations(functions.size());
    const std::optional<std::string> file = params.optional_text("durations");
    if (!file)
        return durations;
    const auto laws = read_duration_profile({*file, context.folder / *file});
    for (std::size_t i = 0; i < functions.size(); ++i) {
        const auto found = laws.find(functions[i]);
        if (found == laws.end()) {
            throw InputError(*file, "has no row for function \"" + functions[i] + "\"",
                             "name the functions that are wanted with \"functions\"");
        }
        durations[i] = found->second;
    }
    return durations;
}

}  // namespace

std::unique_ptr<RequestSource> make_azure_functions(ParamReader& params, const SourceContext& context) {
    const TraceFile file = read_trace_file(params, context);
    const ReaderOptions options = read_reader_options(params);
    FunctionsTraffic traffic;
    traffic.counts = read_minute_counts(CsvTable(file.path, file.name), read_function_filter(params),
                                        options.skip_bad_rows, context.reads.add(file.name));
    traffic.durations = read_durations(params, context, traffic.counts.functions);
    traffic.spread = static_cast<Spread>(params.choice("spread"));
    if (options.align == Align::kFirstRow) {
        traffic.midnight = context.begin - traffic.counts.first_minute * kMinute;
    } else {
        const std::int64_t since_midnight = context.wall_clock - midnight_before(context.wall_clock);
        traffic.midnight = SimTime{} - std::chrono::seconds(since_midnight);
    }
    auto source = std::make_unique<FunctionsSource>(std::move(traffic), context);
    if (!source->next_time() && context.emptiness == Emptiness::kRefused) {
        throw InputError(file.name, "has no invocation between the first and the last moment of traffic",
                         "check the scenario's wall clock: \"align\" is \"as-written\"");
    }
    return source;
}

}  // namespace spillway
