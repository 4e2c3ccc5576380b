#include "tests/models/llm/engine_world.hpp"

#include <algorithm>
#include <queue>

#include "models/llm/batch_engine.hpp"
#include "models/llm/reference_engine.hpp"

namespace spillway::tests {
namespace {

class GapCounter final : public TokenObserver {
public:
    explicit GapCounter(std::map<Duration, std::uint64_t>& gaps) : gaps_(gaps) {}
    void gaps(const TokenGaps& run) override {
        SPILLWAY_CHECK(run.end == run.begin + run.time(run.iterations), "a run of gaps has a hole");
        Ticks gap = run.first;
        for (std::uint64_t i = 0; i < run.iterations; ++i, gap += run.growth)
            gaps_[floor_duration(gap)] += run.sequences;
        count_ += run.iterations * run.sequences;
    }
    std::uint64_t count() const { return count_; }

private:
    std::map<Duration, std::uint64_t>& gaps_;
    std::uint64_t count_ = 0;
};

void check_memory(const KvMemory& memory) {
    SPILLWAY_CHECK(memory.in_use() + memory.cached() + memory.free() == memory.total(), "blocks got lost");
    SPILLWAY_CHECK(memory.in_use() <= memory.total() && memory.cached() <= memory.total(),
                   "blocks from nowhere");
}
const KvMemory& memory_of(ReferenceEngine& engine, SimTime) { return engine.memory(); }
const KvMemory& memory_of(BatchEngine& engine, SimTime now) { return engine.memory(now); }

struct Leave {
    SimTime at;
    std::uint32_t request;
    bool operator>(const Leave& other) const {
        return std::pair(at, request) > std::pair(other.at, other.request);
    }
};

template <class Engine>
class Driver {
public:
    Driver(const EngineSetup& setup, const std::vector<WorkItem>& items)
        : items_(items), counter_(log_.gaps), engine_(setup, &counter_), open_(items.size()) {
        period_ = (items.back().at - items.front().at) / 50 + std::chrono::milliseconds{20};
        next_take_ = items.front().at + period_;
    }

    EngineLog run() {
        while (true) {
            const std::optional<SimTime> change = engine_.next_change();
            const std::optional<SimTime> arrival =
                next_ < items_.size() ? std::optional(items_[next_].at) : std::nullopt;
            const std::optional<SimTime> leave =
                leaves_.empty() ? std::nullopt : std::optional(leaves_.top().at);
            std::optional<SimTime> next = change;
            for (const auto& other : {arrival, leave})
                next = next && other ? std::min(next, other) : next ? next : other;
            while (next && next_take_ <= *next && log_.stretches.size() < kStretches) take_usage();
            if (change && (!arrival || *change <= *arrival) && (!leave || *change <= *leave)) {
                wake(*change);
            } else if (leave && (!arrival || *leave <= *arrival)) {
                const Leave gone = leaves_.top();
                leaves_.pop();
                if (open_[gone.request])
                    engine_.remove({gone.request}, now_ = gone.at);
                open_[gone.request] = false;
            } else if (arrival) {
                admit();
            } else {
                break;
            }
        }
        // Where only clients that have left are still served, one engine may have no more to say.
        while (log_.stretches.size() < kStretches) take_usage();
        // Whoever left during the last iteration is out of memory when time has moved on.
        next_take_ = now_ + std::chrono::hours{1};
        take_usage();
        return std::move(log_);
    }

private:
    static constexpr std::size_t kStretches = 100;

    /// As a window that opens or closes would: before anything of that moment.
    void take_usage() {
        const std::optional<SimTime> promised = engine_.next_change();
        ServiceUsage usage = engine_.take_usage(next_take_ - Duration{1});
        log_.counts.add(usage);
        usage.runs = 0;
        const EngineView view =
            engine_.view(request_of(std::min(next_, items_.size() - 1)), next_take_ - Duration{1}).value();
        // The fleet does not ask again after it has looked.
        const std::optional<SimTime> change = engine_.next_change();
        SPILLWAY_CHECK(!promised || (change && *change >= *promised), "a look brought a change forward");
        log_.stretches.push_back({usage, counter_.count(), view});
        next_take_ += period_;
    }
    void wake(SimTime at) {
        SPILLWAY_CHECK(at > last_wake_ || ended_last_ || at > now_ || !woken_, "the engine's clock stalls");
        now_ = last_wake_ = at;
        woken_ = true;
        ++log_.wakes;
        ended_.clear();
        engine_.advance(at, ended_);
        ended_last_ = !ended_.empty();
        for (const ServiceEnd& end : ended_) {
            SPILLWAY_CHECK(open_[end.slot.value], "a request ended that was not open");
            open_[end.slot.value] = false;
            log_.ends.push_back({end.slot.value, at, end});
        }
        if (log_.wakes % 16 == 0)
            check_memory(memory_of(engine_, at));
    }
    ServiceRequest request_of(std::size_t number) const {
        const WorkItem& item = items_[number];
        ServiceRequest request;
        request.slot = {static_cast<std::uint32_t>(number)};
        request.class_id = {item.class_number};
        request.input_tokens = item.input;
        request.output_tokens = item.output;
        request.max_tokens = item.max_tokens;
        request.prefix_blocks = item.prefix_ids;
        return request;
    }
    void admit() {
        const WorkItem& item = items_[next_];
        now_ = item.at;
        open_[next_] = true;
        engine_.admit(request_of(next_), item.at);
        woken_ = false;  // a request that can never be served is reported at once
        if (item.leaves_after)
            leaves_.push({item.at + *item.leaves_after, static_cast<std::uint32_t>(next_)});
        ++next_;
    }

    const std::vector<WorkItem>& items_;
    EngineLog log_;
    GapCounter counter_;
    Engine engine_;
    std::vector<bool> open_;
    std::priority_queue<Leave, std::vector<Leave>, std::greater<>> leaves_;
    std::vector<ServiceEnd> ended_;
    std::size_t next_ = 0;
    SimTime next_take_;
    Duration period_;
    SimTime now_ = SimTime::min();
    SimTime last_wake_ = SimTime::min();
    bool ended_last_ = false;
    bool woken_ = false;
};

}  // namespace

bool EngineLog::End::operator==(const End& other) const {
    return request == other.request && at == other.at && stamps.scheduled == other.stamps.scheduled &&
           stamps.first_token == other.stamps.first_token && stamps.last_token == other.stamps.last_token &&
           stamps.reading == other.stamps.reading && stamps.rejected == other.stamps.rejected &&
           stamps.tokens_cut == other.stamps.tokens_cut;
}

std::string EngineLog::difference(const EngineLog& other) const {
    for (std::size_t i = 0; i < std::min(ends.size(), other.ends.size()); ++i) {
        const End& a = ends[i];
        const End& b = other.ends[i];
        if (!(a == b)) {
            const auto text = [](const End& end) {
                const auto ns = [](SimTime time) { return std::to_string(time.time_since_epoch().count()); };
                return "request " + std::to_string(end.request) + " at " + ns(end.at) + " scheduled " +
                       ns(end.stamps.scheduled) + " first " + ns(end.stamps.first_token) + " last " +
                       ns(end.stamps.last_token) + " reading " + std::to_string(end.stamps.reading.count());
            };
            return "end " + std::to_string(i) + ": " + text(a) + " | " + text(b);
        }
    }
    if (ends.size() != other.ends.size())
        return "numbers of ends " + std::to_string(ends.size()) + " | " + std::to_string(other.ends.size());
    const auto count = [](std::string_view name, std::uint64_t a, std::uint64_t b) {
        return a == b ? std::string()
                      : std::string(name) + " " + std::to_string(a) + " | " + std::to_string(b) + "; ";
    };
    std::string text = count("iterations", counts.iterations, other.counts.iterations) +
                       count("prefill", counts.prefill_tokens, other.counts.prefill_tokens) +
                       count("cached", counts.cached_tokens, other.counts.cached_tokens) +
                       count("output", counts.output_tokens, other.counts.output_tokens) +
                       count("preemptions", counts.preemptions, other.counts.preemptions) +
                       count("redone", counts.redone_tokens, other.counts.redone_tokens) +
                       count("peak", counts.peak_kv_blocks, other.counts.peak_kv_blocks);
    if (stretches != other.stretches)
        text += "what they did between two moments differs; ";
    for (std::size_t i = 0; i < stretches.size() && text.size() < 300; ++i) {
        const EngineView& a = stretches[i].view;
        const EngineView& b = other.stretches[i].view;
        text += count("free", a.free_tokens, b.free_tokens) +
                count("queued", a.queued_tokens, b.queued_tokens) +
                count("prefix", a.prefix_tokens, b.prefix_tokens);
    }
    if (gaps != other.gaps)
        text += "gaps between tokens differ";
    return text;
}

EngineLog run_reference(const EngineSetup& setup, const std::vector<WorkItem>& items) {
    return Driver<ReferenceEngine>(setup, items).run();
}
EngineLog run_batch(const EngineSetup& setup, const std::vector<WorkItem>& items) {
    return Driver<BatchEngine>(setup, items).run();
}

StepTables some_tables(std::uint32_t sequences, std::uint32_t tokens, std::uint32_t context) {
    StepTables tables;
    for (std::uint32_t n = 0; n <= tokens; ++n) {
        const std::uint32_t stairs = n / 128;
        tables.tokens.push_back(ticks_from_seconds(3e-3 + 1.1e-5 * n + 4e-4 * stairs));
    }
    for (std::uint32_t n = 0; n <= tokens; ++n) tables.head.push_back(ticks_from_seconds(2e-4 + 1.7e-6 * n));
    for (std::uint32_t b = 0; b <= sequences; ++b) {
        tables.attention.push_back({{ticks_from_seconds(1e-3 + 1e-6 * b), 0},
                                    {ticks_from_seconds(2e-4 + 3e-6 * b), std::int64_t{1} << 36},
                                    {Ticks{0}, (std::int64_t{1} << 37) + 12345}});
    }
    for (std::uint32_t s = 0; s <= context / StepTime::kContextStep + 1; ++s)
        tables.prefill_context.push_back(ticks_from_seconds(1e-8 * s * s + 1e-5 * s));
    tables.host_decode = ticks_from_seconds(3.7e-3);
    tables.host_prefill = ticks_from_seconds(7e-3);
    tables.serial_step = ticks_from_seconds(3e-4);
    tables.serial_sequence = ticks_from_seconds(1.3e-6);
    tables.serial_token = ticks_from_seconds(1e-8);
    tables.serial_prompt_step = ticks_from_seconds(3e-4);
    return tables;
}

}  // namespace spillway::tests
