#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/llm/engine_rules.hpp"
#include "models/llm/kv_memory.hpp"
#include "models/llm/sequence.hpp"
#include "models/llm/step_time.hpp"
#include "models/llm/waiting_line.hpp"
#include "sim/fleet/service_usage.hpp"
#include "sim/fleet/token_observer.hpp"

namespace spillway {

/// What the engines of a pool have in common. Owned by the factory and outlives them.
struct EngineSetup {
    EngineRules rules;
    StepTime step;
    std::vector<std::int64_t> class_ranks;  ///< by class, smaller first; for QueueOrder::kPriority
    std::vector<bool> class_streams{};      ///< by class: clients read token by token; beyond its end they do
};

/// Prompt tokens of one sequence that an iteration computes.
struct PromptChunk {
    std::uint32_t sequence = 0;
    std::uint32_t tokens = 0;
};

/// What the next iteration does.
struct StepPlan {
    std::vector<PromptChunk> chunks;     ///< in order of scheduling
    std::vector<std::uint32_t> decodes;  ///< one by one; left empty by an engine that counts them
    std::uint64_t kv_tokens = 0;         ///< that these read, the new ones included
    std::uint32_t budget = 0;            ///< tokens left of it
    bool preempted = false;

    void clear(std::uint32_t tokens) {
        chunks.clear();
        decodes.clear();
        kv_tokens = 0;
        budget = tokens;
        preempted = false;
    }
};

/// The parts of an engine that do not depend on how it steps through time: its sequences, their memory, who
/// is admitted and who is preempted. Both engines are built on it.
class EngineCore {
public:
    EngineCore(const EngineSetup& its_setup, TokenObserver* its_observer)
        : setup(its_setup),
          rules(setup.rules),
          memory(setup.rules),
          line(sequences),
          observer(its_observer) {}
    EngineCore(const EngineCore&) = delete;
    EngineCore& operator=(const EngineCore&) = delete;

    bool can_serve(const ServiceRequest& request) const;
    /// A request that can never be served here: it waits in `rejected`.
    void turn_away(RequestSlot slot, SimTime now);
    /// Enters a request that can be served into the line.
    std::uint32_t take(const ServiceRequest& request, SimTime now);
    /// The sequence of a request that is held and not leaving. Requires that there is one (CHECK).
    std::uint32_t find(RequestSlot slot) const;

    /// Schedules from the head of the queue on what the plan leaves tokens for, until one must wait: so must
    /// all behind it. A sequence's `computed` stays at what the cache had until the iteration ends.
    void schedule_waiting(StepPlan& plan, Ticks now) {
        while (!line.queue_empty() && schedule_head(plan, now)) {
        }
    }
    /// Schedules the unfinished prompt, if there is one and tokens are left; false: it finds no memory.
    bool schedule_unfinished(StepPlan& plan) {
        const std::optional<std::uint32_t> number = unfinished_prompt();
        return !number || schedule_chunk(*number, plan);
    }
    /// Only prompts: the unfinished one, then those that wait. False: there is none that can go on.
    bool schedule_prompts(StepPlan& plan, Ticks now);
    /// Whether the head of the queue finds a prefix in the cache. If it could not be scheduled, it may still
    /// be once that prefix has been evicted: then it asks for less at once.
    bool head_has_hits() const {
        if (line.queue_empty())
            return false;
        const Sequence& head = sequences[line.head()];
        return memory.match(head.prefix_ids, head.goal()) > 0;
    }
    /// Whether prompts wait for company in this iteration (EngineRules::wait_iterations). Counts it if so.
    bool hold_prompts();
    /// Up to when an iteration that begins at `at` sees newcomers; `before`: when the last one began.
    Ticks seen(Ticks at, Ticks before) const {
        return rules.overlapped && running.size() > leaving.size() ? before : at;
    }
    /// Schedules running sequences one by one, in order, preempting victims where memory runs out.
    void schedule_running(StepPlan& plan);
    /// The running prompt that is not finished; at most one exists, and it is the last to run.
    std::optional<std::uint32_t> unfinished_prompt() const {
        if (running.empty() || sequences[running.back()].decodes)
            return std::nullopt;
        return running.back();
    }

    /// Adds the chunk's prompt part to the shape.
    void add_chunk(const PromptChunk& chunk, StepShape& shape) const;
    /// The sequence's prompt is computed, and gives a token at `now`, which the caller counts. Returns
    /// whether it was its last.
    bool emit_from_prompt(Sequence& sequence, Ticks now) {
        if (sequence.made == 0)
            sequence.first_token = floor_time(now);
        sequence.decodes = true;
        return emit(sequence, now);
    }
    /// The same of a sequence that decodes.
    bool emit(Sequence& sequence, Ticks now) {
        sequence.last_token = now;
        ++sequence.made;
        if (sequence.paced)
            note_read(sequence, now);
        return sequence.made == sequence.output;
    }
    /// So many sequences that had their last token then get one now.
    void report_gap(Ticks last_token, std::uint32_t times, Ticks now) const;
    /// These have made all their tokens: in order of admission they free their memory and are reported,
    /// except for those whose clients have left. Reorders `done`.
    void finish(std::vector<std::uint32_t>& done, Ticks now, std::vector<ServiceEnd>& ended);
    /// A sequence leaves without a report: its memory is freed and its place in the table.
    void drop(std::uint32_t sequence);
    /// The client of a running sequence is gone: it runs on until drop_leaving() at the next boundary.
    void leave(std::uint32_t sequence);
    void drop_leaving();
    /// When an engine that stands at the boundary `at` begins its next iteration. Requires held > 0.
    Ticks departure(Ticks at) const {
        if (running.size() > leaving.size() || !line.queue_empty())
            return at;
        return std::max(at, line.next_visible().value_or(at));
    }
    void report_rejected(SimTime now, std::vector<ServiceEnd>& ended);
    /// The client of a rejected request left before that was reported; false: it is not one of them.
    bool drop_rejected(RequestSlot slot) { return std::erase(rejected, slot) > 0; }
    /// What a router sees.
    EngineView view(const ServiceRequest& request) const;
    /// Hands the counts over and begins anew; `more` blocks are in use that the memory is not told of yet.
    ServiceUsage take_counts(std::uint64_t more);

    const EngineSetup& setup;
    const EngineRules& rules;
    KvMemory memory;
    std::vector<Sequence> sequences;
    WaitingLine line;
    std::vector<std::uint32_t> running;  ///< in order of scheduling
    std::vector<RequestSlot> rejected;   ///< still to be reported, at `rejected_at`
    SimTime rejected_at;
    ServiceUsage counts;  ///< since they were last taken, without what the memory knows
    TokenObserver* observer;
    std::uint32_t held = 0;              ///< sequences that will be reported
    std::vector<std::uint32_t> leaving;  ///< running, their clients gone

private:
    std::uint32_t free_sequence();
    bool is_paced(ClassId class_id) const;
    void note_read(Sequence& sequence, Ticks now) const;
    void tell_end(const Sequence& sequence, Ticks now, ServiceEnd& end) const;
    void note_prefix(const ServiceRequest& request, Sequence& sequence) const;
    bool reserve_fits(const Sequence& sequence, std::uint64_t blocks) const;
    /// Tokens that a sequence may still ask for, as far as admission counts them: bounded by what it said,
    /// not by what it will do.
    std::uint64_t outstanding_tokens(const Sequence& sequence) const;
    /// Schedules the head of the queue; false: it must wait.
    bool schedule_head(StepPlan& plan, Ticks now);
    /// More of a prompt, as far as the plan has tokens left; false: it finds no memory.
    bool schedule_chunk(std::uint32_t number, StepPlan& plan);
    /// Memory for the next tokens of a running sequence; false: there is none.
    bool grow(Sequence& sequence, std::uint32_t tokens) {
        // Most tokens need no new block; this finds out without a division.
        const std::uint64_t room = std::uint64_t{memory.blocks_of(sequence.holding)} * rules.block_tokens;
        if (rules.kv == KvPolicy::kOnDemand && sequence.computed + tokens > room &&
            !take_blocks(sequence, tokens))
            return false;
        if (!sequence.decodes)
            memory.publish(sequence.prefix_ids, sequence.computed + tokens, sequence.holding);
        return true;
    }
    void stop_running(std::uint32_t number);
    bool make_room(Sequence& sequence, std::uint32_t tokens, StepPlan& plan);
    bool take_blocks(Sequence& sequence, std::uint32_t tokens);
    std::uint32_t pick_victim() const;
    void preempt(std::uint32_t number, StepPlan& plan);

    std::vector<std::uint32_t> free_;
    std::vector<std::uint32_t> order_;     // scratch of schedule_running
    std::uint32_t waited_ = 0;             // iterations that prompts were held for since one was scheduled
    SimTime front_free_ = SimTime::min();  // the API server has handed on everything
    std::uint64_t admitted_ = 0;
    std::uint64_t joined_ = 0;
};

}  // namespace spillway
