#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/llm/decode_group.hpp"
#include "models/llm/engine_core.hpp"
#include "models/llm/run_time.hpp"

namespace spillway {

/// Iterations under way in a BatchEngine: several without prompts, or one.
struct EngineRun {
    explicit EngineRun(std::uint32_t its_decodes) : decodes(its_decodes) {}

    std::uint32_t decodes;  ///< sequences that take part with a token each
    IterationRun timing;    ///< of a run without prompts
    std::uint64_t iterations = 1;
    std::uint64_t told = 0;   ///< of them, counted and reported already
    std::uint64_t taken = 0;  ///< blocks of iterations after the first that the memory was told of
    Ticks end{0};
    bool ends_someone = false;     ///< at its end, as planned
    std::optional<Ticks> cut_for;  ///< it ends at the first boundary that sees this moment
    DecodeOutlook after;           ///< the decoding sequences at its end
};

/// Continuous batching that works out runs of iterations at once, equal to ReferenceEngine to the tick.
///
/// While only decodes run and nobody joins or leaves, iteration j of a run takes a + b (S + jB), so that k of
/// them take k a + b (k S + B k (k - 1) / 2). A run ends at the first sequence that ends, the end of the
/// line's piece, the last iteration that memory can be found for, and the boundary that sees a newcomer.
///
/// It settles past boundaries late, when it is next woken: next_change() names no boundary, only a time
/// before which nothing can end. That holds because a step time never decreases when more is added to an
/// iteration; where memory might run out and a preemption make iterations shorter, it names boundaries after
/// all.
class BatchEngine final : public ServiceModel {
public:
    /// `setup` and `observer`, which may be null, outlive it.
    BatchEngine(const EngineSetup& setup, TokenObserver* observer);

    void admit(const ServiceRequest& request, SimTime now) override;
    void remove(RequestSlot slot, SimTime now) override;
    std::optional<SimTime> next_change() override;
    void advance(SimTime now, std::vector<ServiceEnd>& ended) override;

    ServiceUsage take_usage(SimTime now) override;
    std::optional<EngineView> view(const ServiceRequest& request, SimTime now) override;

    /// Settles what happened before `now` first.
    const KvMemory& memory(SimTime now);

private:
    /// What is known of those that run, as long as nothing is settled.
    struct Prospects {
        SimTime first_end;                // if somebody runs who does not leave
        std::uint64_t prompt_tokens = 0;  // of prompts that run
        std::uint64_t tokens_each = 0;    // room that suffices for any sequence until one ends
    };

    // batch_engine.cpp: when.
    void settle(SimTime now, std::vector<ServiceEnd>& ended);
    void settle_quietly(SimTime now);
    void look(SimTime now);
    std::uint64_t iterations_ended(SimTime now) const;
    std::uint64_t untold_blocks(SimTime now) const;
    void cut_run();
    void look_ahead();
    bool is_calm() const;
    SimTime next_moment();
    SimTime soonest_end() const;
    void bound_line();
    void lower_line_bound(Ticks from, std::uint32_t outputs);
    DecodeOutlook outlook() const;
    SimTime first_end() const;
    Ticks first_end(const DecodeOutlook& outlook, Ticks from) const;

    // batch_steps.cpp: what.
    void begin_run();
    void plan_mixed();
    bool plan_prompts();
    void plan_one_by_one();
    void bring_up_all();
    void bring_up_outstanding();
    void forget_times();
    void start_run();
    void limit_decode_run(EngineRun& run);
    void outlook_after_prompts(EngineRun& run) const;
    void end_run(std::vector<ServiceEnd>& ended);
    void tell_up_to(std::uint64_t iterations);
    void report_gaps(std::uint64_t iterations) const;
    void end_prompts();
    void drop_leaving();

    EngineCore core_;
    DecodeGroup group_;
    SimTime now_ = SimTime::min();
    Ticks at_ = kBeforeTime;        // the boundary where the run under way began, or where the engine stands
    Ticks before_ = kBeforeTime;    // where the scheduler is overlapped: when the last iteration began
    std::optional<EngineRun> run_;  // under way since at_
    bool blocked_ = false;          // no newcomer can join before a run has ended
    std::optional<Ticks> cut_at_;   // a client left then
    std::optional<SimTime> line_bound_;   // nobody in the line can end before it
    std::optional<SimTime> promised_;     // nothing changes before, whatever was found out since
    std::optional<Prospects> prospects_;  // worked out when they are asked for
    StepPlan plan_;
    bool decodes_join_ = false;  // in the iteration that is being planned
    bool held_ = false;          // prompts wait for company
    bool head_changed_ = false;  // evictions since the head of the queue was tried
    bool much_read_ = false;     // the group should forget its times
    std::vector<std::uint32_t> done_;
    std::vector<ServiceEnd> none_;
};

}  // namespace spillway
